/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.io.IOException;

/**
 * What must be left for everybody else during an attack, as figures. Each is one of time: a machine
 * that does other things too fails somebody's request by itself.
 */
final class EverybodyElse {

    private static final double FAILED_PERCENT_MAX = 0.1;
    private static final double API_P99_MILLIS = 250;
    private static final double HEALTH_P99_MILLIS = 100;
    private static final double HEAP_GROWTH_MEBIBYTES_MAX = 16;
    private static final double GROWTH_MEBIBYTES_MAX = 200;
    private static final double NORMAL_SECONDS_MAX = 5;

    private EverybodyElse() {}

    /** A client of another source is answered, and quickly. */
    static void areServed(Findings findings, String attack, Watch watch) {
        answered(findings, attack, watch.served());
        findings.ofTime()
                .below(
                        attack + ": p99 of another source's requests, ms",
                        API_P99_MILLIS,
                        watch.served().p99Millis());
    }

    /** A client of another source is answered, during an attack that is none by its amount. */
    static void areAnswered(Findings findings, String attack, Watch watch) {
        answered(findings, attack, watch.served());
        findings.remark(
                "%s: p99 of another source's requests was %.0f ms"
                        .formatted(attack, watch.served().p99Millis()));
    }

    private static void answered(Findings findings, String attack, Watch.Served served) {
        findings.ofTime()
                .atMost(
                        attack + ": requests of another source that fail, %",
                        FAILED_PERCENT_MAX,
                        100 - served.goodPercent());
        served.failure()
                .ifPresent(
                        failure ->
                                findings.remark(
                                        "%s: a request of another source failed with %s"
                                                .formatted(attack, failure)));
    }

    /** All that a flood must leave. */
    static void doNotNotice(Arena arena, String attack, Watch watch)
            throws IOException, InterruptedException {
        Findings findings = arena.findings();
        areServed(findings, attack, watch);
        findings.ofTime()
                .below(
                        attack + ": p99 of the health page, ms",
                        HEALTH_P99_MILLIS,
                        watch.healthy().goodPercent() < 100
                                ? Double.NaN
                                : watch.healthy().p99Millis());
        findings.ofTime()
                .atMost(attack + ": devices that lose their connection", 0, watch.disconnects());
        // To collect and to count takes longer than a rehearsal may.
        if (!arena.effort().isShort()) {
            findings.ofTime()
                    .atMost(
                            attack + ": growth of what lives in the heap, MiB",
                            HEAP_GROWTH_MEBIBYTES_MAX,
                            watch.heapGrowthMebibytes());
        }
        findings.ofTime()
                .atMost(
                        attack + ": seconds until the server is as before",
                        NORMAL_SECONDS_MAX,
                        watch.normalAfterSeconds());
    }

    /** The server does not swell. */
    static void haveMemory(Findings findings, String attack, Watch watch) {
        findings.ofTime()
                .below(
                        attack + ": growth of the server's memory, MiB",
                        GROWTH_MEBIBYTES_MAX,
                        watch.growthMebibytes());
    }
}
