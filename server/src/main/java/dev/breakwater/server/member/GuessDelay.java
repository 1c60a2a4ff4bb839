/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes guessing take time: after some failures whoever failed waits, twice as long each time. What
 * is tried during the wait is refused unseen, so that it costs no password hash and tells nothing.
 * Thread-safe.
 */
final class GuessDelay {

    private final Terms terms;
    private final Clock clock;
    private final Map<String, Failures> failures;

    /**
     * How it slows.
     *
     * @param free failures before anybody waits
     * @param first the first wait
     * @param longest the longest; failures that old are forgotten
     * @param keysMax how many are remembered; the longest unseen is forgotten first
     */
    record Terms(int free, Duration first, Duration longest, int keysMax) {

        private static final int KEYS_MAX = 65_536;

        /**
         * Of one who shows passwords or second factors: by default 4, and then one after 1, 2, 4,
         * 8, 16 and 32 minutes, nine in the first hour.
         */
        static Terms of(Limits limits) {
            return new Terms(
                    limits.of(Limit.LOG_IN_FREE_FAILURES),
                    Duration.ofMinutes(1),
                    limits.seconds(Limit.LOG_IN_WAIT_SECONDS),
                    KEYS_MAX);
        }
    }

    GuessDelay(Terms terms, Clock clock) {
        this.terms = terms;
        this.clock = clock;
        this.failures =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                        return size() > terms.keysMax;
                    }
                };
    }

    /** How long this one has to wait; empty if it may try. */
    synchronized Optional<Duration> wait(String key) {
        Failures known = failures.get(key);
        if (known == null) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), known.lastAt.plus(wait(known.count)));
        return left.isPositive() ? Optional.of(left) : Optional.empty();
    }

    /**
     * Begins an attempt, which counts as a failure until {@link #succeeded} says otherwise: of many
     * that come at the same time no more get through than of as many in turn.
     *
     * @return how long to wait; empty if the attempt has begun
     */
    synchronized Optional<Duration> begin(String key) {
        Optional<Duration> wait = wait(key);
        if (wait.isEmpty()) {
            failed(key);
        }
        return wait;
    }

    synchronized void failed(String key) {
        Instant now = clock.instant();
        Failures known = failures.get(key);
        int before =
                known == null || known.lastAt.plus(terms.longest).isBefore(now) ? 0 : known.count;
        failures.put(key, new Failures(before + 1, now));
    }

    /**
     * Takes back that an attempt counted, for what is shared by many: one who succeeds does not
     * clear it for the others.
     */
    synchronized void forgive(String key) {
        Failures known = failures.get(key);
        if (known != null && known.count > 1) {
            failures.put(key, new Failures(known.count - 1, known.lastAt));
        } else if (known != null) {
            failures.remove(key);
        }
    }

    synchronized void succeeded(String key) {
        failures.remove(key);
    }

    private Duration wait(int count) {
        if (count < terms.free) {
            return Duration.ZERO;
        }
        Duration wait = terms.first.multipliedBy(1L << Math.min(count - terms.free, 30));
        return wait.compareTo(terms.longest) < 0 ? wait : terms.longest;
    }

    private record Failures(int count, Instant lastAt) {}
}
