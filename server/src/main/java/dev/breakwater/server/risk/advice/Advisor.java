/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Proposes a risk profile for a product. A pure computation: the same answers get the same advice.
 * Safe for use by many threads.
 *
 * <pre>{@code
 * Advice advice = new Advisor(Duration.ofDays(30)).advise(circumstances);
 * }</pre>
 */
public final class Advisor {

    private final Figures figures = Figures.read();
    private final Duration certificateLifeMax;

    /**
     * @param certificateLifeMax how long a device's certificate lives at most, whatever its product
     */
    public Advisor(Duration certificateLifeMax) {
        this.certificateLifeMax = certificateLifeMax;
    }

    /** Proposes a profile, and says what each would cost and leave open. */
    public Advice advise(Circumstances circumstances) {
        List<Rule> applied =
                DecisionTable.RULES.stream().filter(rule -> rule.appliesTo(circumstances)).toList();
        RiskProfile proposed =
                applied.stream()
                        .map(Rule::atLeast)
                        .reduce(RiskProfile.LOW, RiskProfile::orStricter);
        List<Advice.Option> options =
                Arrays.stream(RiskProfile.values())
                        .map(profile -> option(profile, circumstances))
                        .toList();
        return new Advice(
                proposed, applied, options, notes(proposed, circumstances), figures.figures());
    }

    private Advice.Option option(RiskProfile profile, Circumstances circumstances) {
        return new Advice.Option(
                profile,
                Cost.of(profile.terms(), circumstances, figures, certificateLifeMax),
                PlainWords.handling(profile),
                PlainWords.leavesOpen(profile, circumstances));
    }

    private List<String> notes(RiskProfile proposed, Circumstances circumstances) {
        List<String> notes = new ArrayList<>();
        int lowest = (int) figures.value("secure-element-price-lowest");
        int highest = (int) figures.value("secure-element-price-highest");
        boolean hardware = proposed.terms().lowestAssurance().meets(Assurance.HARDWARE_KEY);
        if (hardware && circumstances.partsBudgetCents() < lowest) {
            notes.add(
                    "A budget of %d cents does not pay for a secure element, assumed at %d to %d. What a breach costs decides, not the budget: raise it, or take a processor that keeps keys by itself."
                            .formatted(circumstances.partsBudgetCents(), lowest, highest));
        }
        if (!hardware && circumstances.partsBudgetCents() >= highest) {
            notes.add(
                    "The budget of %d cents would pay for a secure element: a key in hardware is worth having below the critical profile too."
                            .formatted(circumstances.partsBudgetCents()));
        }
        if (circumstances.battery()
                && circumstances.connectsPerDay() > Circumstances.CONNECTS_PER_DAY) {
            notes.add(
                    "Each of %d connects a day is a handshake out of the battery: connect less often and send several readings at once, or stay connected with a long keep-alive."
                            .formatted(circumstances.connectsPerDay()));
        }
        return notes;
    }
}
