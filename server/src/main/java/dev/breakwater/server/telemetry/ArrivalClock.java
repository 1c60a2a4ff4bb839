/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stamps arrivals in microseconds so that a later one never carries an earlier time: readings are
 * found in the order of their times. When the server's clock is set back by a little, time stands
 * still until it has caught up; when it is set back by more, the correction is believed, and the
 * order across it is that of the clock.
 */
final class ArrivalClock {

    private static final long STANDSTILL_MICROS_MAX = 60_000_000;

    private final Clock clock;
    private final AtomicLong lastMicros = new AtomicLong();

    ArrivalClock(Clock clock) {
        this.clock = clock;
    }

    Instant next() {
        Instant now = clock.instant();
        long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        long micros = lastMicros.accumulateAndGet(nowMicros, ArrivalClock::later);
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    private static long later(long last, long now) {
        return now < last && last - now < STANDSTILL_MICROS_MAX ? last : now;
    }
}
