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
    private final boolean requiring;
    private final boolean calm;

    /**
     * Nothing yet.
     *
     * @param calm whether the machine does nothing else, so that times mean something
     */
    Findings(String attack, Results results, Consumer<String> progress, boolean calm) {
        this(attack, results, progress, true, calm);
    }

    private Findings(
            String attack,
            Results results,
            Consumer<String> progress,
            boolean requiring,
            boolean calm) {
        this.attack = attack;
        this.results = results;
        this.progress = progress;
        this.requiring = requiring;
        this.calm = calm;
    }

    /** For figures that only a calm machine can give; on any other they are remarks. */
    Findings ofTime() {
        return new Findings(attack, results, progress, calm, calm);
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
        if (!requiring) {
            remark(
                    "%s: measured %s on a machine that does other things too"
                            .formatted(what, TextReport.number(measured)));
            return;
        }
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
