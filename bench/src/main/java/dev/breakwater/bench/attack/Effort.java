/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.time.Duration;

/**
 * How long and how much.
 *
 * @param isShort whether it is a rehearsal that says little about the figures' margins
 * @param flood length of one flood
 * @param slow length of one attack by slowness; more than a server may take to drop it
 * @param slowConnections of one attack by slowness
 * @param fuzzed requests of the API's fuzzer
 * @param seed of whatever is chosen by chance
 */
record Effort(
        boolean isShort,
        Duration flood,
        Duration slow,
        int slowConnections,
        int fuzzed,
        long seed) {

    /** The defaults of a full run, by which the figures are defined. */
    static Effort full(long seed) {
        return new Effort(
                false, Duration.ofSeconds(60), Duration.ofSeconds(40), 4_000, 60_000, seed);
    }

    /** A few seconds for each attack. */
    static Effort brief(long seed) {
        return new Effort(true, Duration.ofSeconds(3), Duration.ofSeconds(3), 300, 500, seed);
    }

    /** One of two, by whether it is short. */
    <T> T choose(T whenShort, T whenFull) {
        return isShort ? whenShort : whenFull;
    }
}
