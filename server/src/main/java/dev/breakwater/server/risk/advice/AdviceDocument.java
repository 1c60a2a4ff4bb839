/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import dev.breakwater.server.risk.RiskProfile;
import java.util.List;

/** Advice as it is written in JSON, by the API and by the command line. */
public record AdviceDocument(
        String proposed,
        List<RuleView> rules,
        List<OptionView> options,
        List<String> notes,
        List<Figure> figures) {

    /** Copies all lists. */
    public AdviceDocument {
        rules = List.copyOf(rules);
        options = List.copyOf(options);
        notes = List.copyOf(notes);
        figures = List.copyOf(figures);
    }

    /** A rule that applied. */
    public record RuleView(String id, String atLeast, String because) {}

    /** A profile to choose from. */
    public record OptionView(
            String riskProfile,
            boolean proposed,
            Cost cost,
            List<String> handling,
            List<String> leavesOpen) {

        /** Copies all lists. */
        public OptionView {
            handling = List.copyOf(handling);
            leavesOpen = List.copyOf(leavesOpen);
        }
    }

    /** The document of an advice. */
    public static AdviceDocument of(Advice advice) {
        RiskProfile proposed = advice.proposed();
        return new AdviceDocument(
                proposed.code(),
                advice.rules().stream()
                        .map(rule -> new RuleView(rule.id(), rule.atLeast().code(), rule.because()))
                        .toList(),
                advice.options().stream()
                        .map(
                                option ->
                                        new OptionView(
                                                option.profile().code(),
                                                option.profile() == proposed,
                                                option.cost(),
                                                option.handling(),
                                                option.leavesOpen()))
                        .toList(),
                advice.notes(),
                advice.figures());
    }
}
