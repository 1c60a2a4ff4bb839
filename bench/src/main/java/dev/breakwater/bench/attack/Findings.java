/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.report.TextReport;
import java.util.function.Consumer;

/** What one attack finds: figures that must be so, and remarks. Said as they come. */
final class Findings {

    private final String attack;
    private final Results results;
    private final Consumer<String> progress;

    Findings(String attack, Results results, Consumer<String> progress) {
        this.attack = attack;
        this.results = results;
        this.progress = progress;
    }

    void atMost(String what, double limit, double measured) {
        require(what, "<=", limit, measured);
    }

    void below(String what, double limit, double measured) {
        require(what, "<", limit, measured);
    }

    void atLeast(String what, double limit, double measured) {
        require(what, ">=", limit, measured);
    }

    private void require(String what, String comparison, double limit, double measured) {
        Results.Requirement one =
                new Results.Requirement(attack, what, comparison, limit, measured);
        results.require(attack, what, comparison, limit, measured);
        progress.accept(
                "%s: %s %s %s, measured %s: %s"
                        .formatted(
                                attack,
                                what,
                                comparison,
                                TextReport.number(limit),
                                TextReport.number(measured),
                                one.isMet() ? "met" : "MISSED"));
    }

    void remark(String sentence) {
        results.remark(attack + ": " + sentence);
        progress.accept(attack + ": " + sentence);
    }
}
