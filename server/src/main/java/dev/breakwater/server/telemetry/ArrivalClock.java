/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stamps arrivals in microseconds so that a later one never carries an earlier time: readings are
 * found in the order of their times. When the server's clock is set back by a little, time stands
 * still until it has caught up; when it is set back by more, the correction is believed, and the
 * order across it is that of the clock.
 */
final class ArrivalClock {

    private static final Duration STANDSTILL_MAX = Duration.ofMinutes(1);

    private final Clock clock;
    private final AtomicReference<Instant> last = new AtomicReference<>(Instant.EPOCH);

    ArrivalClock(Clock clock) {
        this.clock = clock;
    }

    Instant next() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return last.updateAndGet(
                before ->
                        now.isBefore(before)
                                        && Duration.between(now, before).compareTo(STANDSTILL_MAX)
                                                < 0
                                ? before
                                : now);
    }
}
