/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import java.time.Duration;

/**
 * A token bucket that needs no object of its own: all there is to know about one bucket is a long,
 * the time at which it will be full again, in nanoseconds of a clock that is never set. A new one
 * is zero, which is full. So a million buckets are a million longs, and a bucket that nobody
 * touches refills by itself.
 *
 * <p>A bucket may be overdrawn: what has arrived already is paid for, and whoever sent it waits
 * until the debt is gone. A debt is never longer than {@link #DEBT_MAX}; a bucket that seems to owe
 * more is a new one before the clock's origin, and counts as full.
 *
 * @param perSecond tokens that flow in; at least 1
 * @param burst tokens that fit in; at least 1
 */
public record TokenRate(long perSecond, long burst) {

    /** The longest time for which an overdrawn bucket stays overdrawn. */
    public static final Duration DEBT_MAX = Duration.ofMinutes(1);

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    /** Refuses a rate that would never let anything through. */
    public TokenRate {
        if (perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException(
                    "%d tokens per second and %d at once: both must be at least 1"
                            .formatted(perSecond, burst));
        }
    }

    /** Takes tokens, whether or not they are there; returns the bucket as it is afterwards. */
    public long spend(long bucket, long tokens, long nowNanos) {
        long after = nowNanos + missing(bucket, nowNanos) + cost(tokens);
        return Math.min(after, nowNanos + missingMax());
    }

    /** How long until the bucket is not overdrawn any more; zero if it is not. */
    public long debtNanos(long bucket, long nowNanos) {
        return Math.max(0, missing(bucket, nowNanos) - cost(burst));
    }

    /** The tokens that are there. */
    public long tokens(long bucket, long nowNanos) {
        long missing = Math.min(missing(bucket, nowNanos), cost(burst));
        return burst - missing * perSecond / SECOND_NANOS;
    }

    /** How long until the bucket is full. */
    private long missing(long bucket, long nowNanos) {
        long missing = bucket - nowNanos;
        return missing > missingMax() ? 0 : Math.max(0, missing);
    }

    private long missingMax() {
        return cost(burst) + DEBT_MAX.toNanos();
    }

    private long cost(long tokens) {
        return tokens * SECOND_NANOS / perSecond;
    }
}
