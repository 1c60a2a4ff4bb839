/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts wrong enrollment codes per source address, so that guessing costs time. A code has 130
 * random bits and cannot be guessed anyway; what this stops is the load, and the noise in the audit
 * log. Thread-safe.
 */
final class WrongCodes {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final int failuresMax;
    private final Clock clock;
    private final Map<String, Window> windows;

    /**
     * Makes an empty table.
     *
     * @param failuresMax how many wrong codes one address may show per minute
     * @param sourcesMax how many addresses are remembered; the longest unseen is forgotten first,
     *     which is the least bad: an attacker with that many addresses has as many budgets
     */
    WrongCodes(int failuresMax, int sourcesMax, Clock clock) {
        this.failuresMax = failuresMax;
        this.clock = clock;
        this.windows =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
                        return size() > sourcesMax;
                    }
                };
    }

    /** Whether an address has to wait before it may try again. */
    synchronized boolean tooMany(String source) {
        Window window = windows.get(source);
        return window != null
                && window.failures >= failuresMax
                && clock.instant().isBefore(window.began.plus(WINDOW));
    }

    /** Notes a wrong code. */
    synchronized void count(String source) {
        Instant now = clock.instant();
        Window window = windows.get(source);
        if (window == null || !now.isBefore(window.began.plus(WINDOW))) {
            windows.put(source, new Window(now, 1));
        } else {
            windows.put(source, new Window(window.began, window.failures + 1));
        }
    }

    /** How many addresses are remembered. */
    synchronized int sources() {
        return windows.size();
    }

    private record Window(Instant began, int failures) {}
}
