/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import dev.breakwater.server.risk.RiskProfile;
import java.util.Collections;
import java.util.Set;

/**
 * A row of the decision table. A rule that applies asks for its profile or a stricter one.
 *
 * @param id its name, for tests and for whoever asks why
 * @param anyOf it applies if one of these is feared; empty if it does not matter what is
 * @param onlyWithinReach it applies only if attackers reach the device
 * @param fleetFrom it applies from this size of the fleet on
 * @param because why, in words
 */
public record Rule(
        String id,
        Set<Consequence> anyOf,
        boolean onlyWithinReach,
        long fleetFrom,
        RiskProfile atLeast,
        String because) {

    /** Copies the consequences. */
    public Rule {
        anyOf = Set.copyOf(anyOf);
    }

    boolean appliesTo(Circumstances circumstances) {
        boolean feared =
                anyOf.isEmpty() || !Collections.disjoint(anyOf, circumstances.consequences());
        return feared
                && (!onlyWithinReach || circumstances.attackersReachDevice())
                && circumstances.fleetSize() >= fleetFrom;
    }
}
