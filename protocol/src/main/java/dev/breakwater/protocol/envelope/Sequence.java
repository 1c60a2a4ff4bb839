/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The sequence numbers of one sender's envelopes: each is greater than all before it, also across
 * restarts. They are microseconds since 1970, or one more than the last where that is greater: an
 * opener that has lost its memory can tell an old envelope from a new one by its own clock, and a
 * sender that has lost its own goes on above where it was.
 *
 * <p>A number that is given twice costs no secrecy, because every envelope has a key of its own;
 * the second envelope is refused as a replay. One sequence for one sender, however many topics it
 * has. Safe for use by many threads.
 */
public sealed interface Sequence permits ClockSequence, KeptSequence {

    /**
     * The next number.
     *
     * @throws UncheckedIOException if a kept sequence cannot be written; then none was given
     */
    long next();

    /**
     * The number of a moment, for {@link ReplayWindow#startingAfter}: what was sealed later has a
     * greater one. Before 1970 it is 0.
     */
    static long at(Instant moment) {
        return Math.max(0, ChronoUnit.MICROS.between(Instant.EPOCH, moment));
    }
}
