/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until told to move, so that a test waits for a month in no time. Safe
 * for use by many threads: all see a move at once.
 *
 * <pre>{@code
 * TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
 * clock.advance(Duration.ofDays(30));
 * }</pre>
 */
public final class TestClock extends Clock {

    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private TestClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** A clock that stands at the given moment, in UTC. */
    public static TestClock at(Instant start) {
        return new TestClock(new AtomicReference<>(start), ZoneOffset.UTC);
    }

    /**
     * A clock that stands at the present, cut to whole seconds as certificates do; for tests that
     * hand something to an outside program, which has its own clock.
     */
    public static TestClock atPresent() {
        return at(Instant.ofEpochSecond(Clock.systemUTC().instant().getEpochSecond()));
    }

    /** Moves the clock; a negative step is how a test plays a clock set back. */
    public void advance(Duration step) {
        now.updateAndGet(instant -> instant.plus(step));
    }

    /** Sets the clock to a moment. */
    public void set(Instant moment) {
        now.set(moment);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same clock in another zone: moving one moves both. */
    @Override
    public Clock withZone(ZoneId otherZone) {
        return new TestClock(now, otherZone);
    }
}
