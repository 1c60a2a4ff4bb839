/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.server.limits.Moment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Moments whose stopwatch goes with a test's clock. */
public final class TestMoments {

    private TestMoments() {}

    /** A stopwatch that runs while the clock is advanced. */
    public static Moment.Source of(Clock clock) {
        return new Moment.Source(
                clock, () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos());
    }
}
