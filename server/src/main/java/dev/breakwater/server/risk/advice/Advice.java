/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import dev.breakwater.server.risk.RiskProfile;
import java.util.List;

/**
 * A proposal, and all profiles to choose from with open eyes.
 *
 * @param proposed the strictest that a rule asks for
 * @param rules those that apply, as they stand in the table
 * @param options each profile, from the least to the strictest
 * @param notes where the circumstances and the proposal do not go together
 * @param figures what the costs were computed from
 */
public record Advice(
        RiskProfile proposed,
        List<Rule> rules,
        List<Option> options,
        List<String> notes,
        List<Figure> figures) {

    /** Copies all lists. */
    public Advice {
        rules = List.copyOf(rules);
        options = List.copyOf(options);
        notes = List.copyOf(notes);
        figures = List.copyOf(figures);
    }

    /**
     * A profile that may be chosen.
     *
     * @param handling the trouble it makes to people
     * @param leavesOpen what can happen all the same
     */
    public record Option(
            RiskProfile profile, Cost cost, List<String> handling, List<String> leavesOpen) {

        /** Copies all lists. */
        public Option {
            handling = List.copyOf(handling);
            leavesOpen = List.copyOf(leavesOpen);
        }
    }
}
