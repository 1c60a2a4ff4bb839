/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Time that passes when the test says so, for code that rests: {@link #rest} returns when {@link
 * #advance} has moved the clock past the end of the rest. Safe for use by many threads.
 *
 * <pre>{@code
 * TestTime time = new TestTime(clock);
 * Pause pause = time::rest;
 * // ... the agent loses its connection ...
 * Duration backOff = time.awaitRestOf("breakwater-agent");
 * time.advance(backOff);
 * }</pre>
 */
public final class TestTime {

    /** How long {@link #awaitRestOf} waits, in real time, before it fails. */
    public static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final TestClock clock;
    private final Map<Thread, Rest> resting = new LinkedHashMap<>();

    private record Rest(Duration length, Instant end) {}

    /** Time as this clock shows it. */
    public TestTime(TestClock clock) {
        this.clock = clock;
    }

    /** Rests until the clock has been moved by this much. */
    public synchronized void rest(Duration length) throws InterruptedException {
        Rest rest = new Rest(length, clock.instant().plus(length));
        resting.put(Thread.currentThread(), rest);
        notifyAll();
        try {
            while (clock.instant().isBefore(rest.end())) {
                wait();
            }
        } finally {
            resting.remove(Thread.currentThread());
            notifyAll();
        }
    }

    /** Moves the clock and wakes those whose rest is over. */
    public synchronized void advance(Duration step) {
        clock.advance(step);
        notifyAll();
    }

    /**
     * Waits until a thread of this name rests.
     *
     * @return how long it means to rest, counted from when it began
     */
    public synchronized Duration awaitRestOf(String threadName) throws InterruptedException {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (true) {
            for (Map.Entry<Thread, Rest> entry : resting.entrySet()) {
                // Whose rest is over has merely not woken up yet.
                if (entry.getKey().getName().equals(threadName)
                        && clock.instant().isBefore(entry.getValue().end())) {
                    return entry.getValue().length();
                }
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("no thread " + threadName + " rested within " + WAIT_MAX);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
