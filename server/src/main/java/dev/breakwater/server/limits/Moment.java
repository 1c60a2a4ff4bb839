/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * A moment on the wall and on the stopwatch. People are shown the first; rates are counted by the
 * second, for a clock that is set must neither lock anybody out nor let everybody in.
 *
 * @param nanos by a clock that is never set, from an origin of its own
 */
public record Moment(Instant at, long nanos) {

    /** Where moments come from. */
    public record Source(Clock clock, LongSupplier nanos) {

        /** With the stopwatch of the machine. */
        public static Source of(Clock clock) {
            return new Source(clock, System::nanoTime);
        }

        /** The present moment. */
        public Moment now() {
            return new Moment(clock.instant(), nanos.getAsLong());
        }
    }
}
