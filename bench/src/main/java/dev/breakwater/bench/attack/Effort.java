/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.time.Duration;

/**
 * How long and how much.
 *
 * @param isShort whether it is a rehearsal that says little about the figures' margins
 * @param isCalm whether nothing else runs on the machine, so that times are figures
 * @param flood length of one flood
 * @param slow length of one attack by slowness; more than a server may take to drop it
 * @param slowConnections of one attack by slowness
 * @param fuzzed requests of the API's fuzzer
 * @param seed of whatever is chosen by chance
 */
record Effort(
        boolean isShort,
        boolean isCalm,
        Duration flood,
        Duration slow,
        int slowConnections,
        int fuzzed,
        long seed) {

    private static final Duration A_FEW_SECONDS = Duration.ofSeconds(3);
    private static final Duration SHORT_SLOWNESS = Duration.ofSeconds(6);
    private static final long SEED_OF_CHECKS = 1;

    /** The defaults of a full run, by which the figures are defined. */
    static Effort full(long seed) {
        return new Effort(
                false, true, Duration.ofSeconds(60), Duration.ofSeconds(40), 4_000, 30_000, seed);
    }

    /** A few seconds for each attack. */
    static Effort brief(long seed) {
        return new Effort(true, true, A_FEW_SECONDS, SHORT_SLOWNESS, 300, 500, seed);
    }

    /** The same every time, and nothing that depends on how fast the machine is at the moment. */
    static Effort ofChecks() {
        return new Effort(true, false, A_FEW_SECONDS, SHORT_SLOWNESS, 300, 500, SEED_OF_CHECKS);
    }

    /** One of two, by whether it is short. */
    <T> T choose(T whenShort, T whenFull) {
        return isShort ? whenShort : whenFull;
    }
}
