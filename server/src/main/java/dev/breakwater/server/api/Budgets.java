/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket for each key: as many units per second as the limit says, and one second's worth
 * at once. Sources, organizations and tokens have a table each.
 *
 * <p>The table is bounded. When it is full, keys that have been quiet long enough to be full again
 * are forgotten; when there are none, newcomers share one bucket: an attacker with very many
 * addresses slows down newcomers, not those who were there before.
 *
 * @param <K> what has a budget of its own
 */
final class Budgets<K> {

    private static final long NANOS = Duration.ofSeconds(1).toNanos();
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final int unitsPerSecond;
    private final int keysMax;
    private final Clock clock;
    private final Map<K, Bucket> buckets = new ConcurrentHashMap<>();
    private final Bucket newcomers;
    private final AtomicLong sweptAtMillis = new AtomicLong(NEVER);

    /**
     * An empty table.
     *
     * @param keysMax how many keys are remembered
     */
    Budgets(int unitsPerSecond, int keysMax, Clock clock) {
        this.unitsPerSecond = unitsPerSecond;
        this.keysMax = keysMax;
        this.clock = clock;
        this.newcomers = new Bucket(unitsPerSecond, clock.millis());
    }

    /** What became of an attempt to spend; whole units that are left, rounded down. */
    sealed interface Spending {

        /** What is left. */
        int left();

        /** The units were there and are taken. */
        record Paid(int left) implements Spending {}

        /** They were not there, and nothing is taken; they will be after the pause. */
        record Lacking(int left, Duration pause) implements Spending {}
    }

    /** What every key may spend in a second. */
    int unitsPerSecond() {
        return unitsPerSecond;
    }

    /** Takes units from a key's budget. */
    Spending take(K key, int units) {
        return bucket(key).take(units, clock.millis());
    }

    private Bucket bucket(K key) {
        Bucket known = buckets.get(key);
        if (known != null) {
            return known;
        }
        if (buckets.size() >= keysMax) {
            sweep();
            if (buckets.size() >= keysMax) {
                return newcomers;
            }
        }
        return buckets.computeIfAbsent(key, unseen -> new Bucket(unitsPerSecond, clock.millis()));
    }

    /**
     * Once a second at most: a bucket takes a second to be full, and a flood of newcomers must not
     * make each of them walk through the whole table.
     */
    private void sweep() {
        long now = clock.millis();
        long before = sweptAtMillis.get();
        boolean due = now - before >= 1_000 || now < before;
        if (due && sweptAtMillis.compareAndSet(before, now)) {
            buckets.values().removeIf(bucket -> bucket.isFull(now));
        }
    }

    /** Counts in billionths of a unit, so that a slow refill is not rounded away. */
    private static final class Bucket {

        private final int unitsPerSecond;
        private long filled;
        private long atMillis;

        Bucket(int unitsPerSecond, long nowMillis) {
            this.unitsPerSecond = unitsPerSecond;
            this.filled = capacity();
            this.atMillis = nowMillis;
        }

        private long capacity() {
            return unitsPerSecond * NANOS;
        }

        synchronized Spending take(int units, long nowMillis) {
            refill(nowMillis);
            long wanted = Math.min(units, unitsPerSecond) * NANOS;
            if (filled < wanted) {
                return new Spending.Lacking(
                        left(), Duration.ofNanos((wanted - filled) / unitsPerSecond));
            }
            filled -= wanted;
            return new Spending.Paid(left());
        }

        private int left() {
            return (int) (filled / NANOS);
        }

        synchronized boolean isFull(long nowMillis) {
            refill(nowMillis);
            return filled == capacity();
        }

        private void refill(long nowMillis) {
            long elapsed = Math.clamp(nowMillis - atMillis, 0, 1_000);
            filled = Math.min(capacity(), filled + elapsed * 1_000_000 * unitsPerSecond);
            atMillis = nowMillis;
        }
    }
}
