/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.http.Peer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A token bucket per source address: as many units per second as the limit says, and one second's
 * worth at once. IPv6 sources are counted by their /64, which is what one customer of a provider
 * has.
 *
 * <p>The table is bounded. When it is full, sources that have been quiet long enough to be full
 * again are forgotten; when there are none, newcomers share one bucket: an attacker with very many
 * addresses slows down newcomers, not those who were there before.
 */
final class SourceBudgets {

    private static final int SOURCES_MAX = 65_536;
    private static final long NANOS = Duration.ofSeconds(1).toNanos();

    private final int unitsPerSecond;
    private final Clock clock;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final Bucket newcomers;

    SourceBudgets(int unitsPerSecond, Clock clock) {
        this.unitsPerSecond = unitsPerSecond;
        this.clock = clock;
        this.newcomers = new Bucket(unitsPerSecond, clock.millis());
    }

    /** What became of an attempt to spend; whole units that are left, rounded down. */
    sealed interface Spending {

        /** The units were there and are taken. */
        record Paid(int left) implements Spending {}

        /** They were not there, and nothing is taken; they will be after the pause. */
        record Lacking(int left, Duration pause) implements Spending {}
    }

    /** Takes units from a source's budget. */
    Spending take(String source, int units) {
        return bucket(Peer.network(source)).take(units, clock.millis());
    }

    private Bucket bucket(String source) {
        Bucket known = buckets.get(source);
        if (known != null) {
            return known;
        }
        if (buckets.size() >= SOURCES_MAX) {
            long now = clock.millis();
            buckets.values().removeIf(bucket -> bucket.isFull(now));
            if (buckets.size() >= SOURCES_MAX) {
                return newcomers;
            }
        }
        return buckets.computeIfAbsent(
                source, unseen -> new Bucket(unitsPerSecond, clock.millis()));
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
