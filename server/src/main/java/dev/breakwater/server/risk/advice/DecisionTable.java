/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import static dev.breakwater.server.risk.RiskProfile.CRITICAL;
import static dev.breakwater.server.risk.RiskProfile.LOW;
import static dev.breakwater.server.risk.RiskProfile.STANDARD;
import static dev.breakwater.server.risk.advice.Consequence.MONEY;
import static dev.breakwater.server.risk.advice.Consequence.OTHER_SYSTEMS;
import static dev.breakwater.server.risk.advice.Consequence.PHYSICAL_HARM;
import static dev.breakwater.server.risk.advice.Consequence.PRIVACY;

import java.util.List;
import java.util.Set;

/**
 * Which circumstances ask for which profile: the strictest of all rules that apply. Budget, battery
 * and trouble are no circumstances of this table on purpose: they are the price of a profile, and a
 * price does not change what a breach costs.
 */
final class DecisionTable {

    static final List<Rule> RULES =
            List.of(
                    new Rule(
                            "harm",
                            Set.of(PHYSICAL_HARM),
                            false,
                            1,
                            CRITICAL,
                            "Somebody can be hurt through it."),
                    new Rule(
                            "other-systems-within-reach",
                            Set.of(OTHER_SYSTEMS),
                            true,
                            1,
                            CRITICAL,
                            "Whoever opens the one device they hold gets on to other systems."),
                    new Rule(
                            "other-systems-from-many",
                            Set.of(OTHER_SYSTEMS),
                            false,
                            10_000,
                            CRITICAL,
                            "One flaw opens as many doors to other systems as there are devices."),
                    new Rule(
                            "people-and-money-of-many-within-reach",
                            Set.of(PRIVACY, MONEY),
                            true,
                            100_000,
                            CRITICAL,
                            "With so many devices it pays to copy keys out of those in reach."),
                    new Rule(
                            "other-systems",
                            Set.of(OTHER_SYSTEMS),
                            false,
                            1,
                            STANDARD,
                            "A breach does not end at the device."),
                    new Rule(
                            "privacy",
                            Set.of(PRIVACY),
                            false,
                            1,
                            STANDARD,
                            "A breach is suffered by people who did not choose it."),
                    new Rule(
                            "money",
                            Set.of(MONEY),
                            false,
                            1,
                            STANDARD,
                            "A breach is worth money to somebody, and will be tried."),
                    new Rule(
                            "many",
                            Set.of(),
                            false,
                            100_000,
                            STANDARD,
                            "So many devices are worth taking over for their number alone."),
                    new Rule(
                            "least",
                            Set.of(),
                            false,
                            1,
                            LOW,
                            "Every product begins here; only what a breach would cost asks for"
                                    + " more."));

    private DecisionTable() {}
}
