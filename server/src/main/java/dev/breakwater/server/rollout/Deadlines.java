/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the clock was set, by a second one that only counts, and corrects the deadlines that
 * are kept. Not thread-safe: of the thread that lets time pass, and of whoever starts it.
 */
final class Deadlines {

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    /**
     * What two clocks may differ by between two looks. Keeping time moves a clock by less, and the
     * shortest lease is as long.
     */
    private static final Duration DRIFT_MAX = Duration.ofMinutes(1);

    private final RolloutStore store;
    private final Duration answer;
    private final Duration grace;
    private final Clock clock;
    private final LongSupplier nanos;
    private Instant seen;
    private long seenNanos;

    /**
     * Looks at both clocks for the first time.
     *
     * @param nanos counts evenly, whatever the clock does, as {@link System#nanoTime}
     */
    Deadlines(RolloutStore store, Limits limits, Clock clock, LongSupplier nanos) {
        this.store = store;
        this.answer = limits.seconds(Limit.ROLLOUT_ANSWER_SECONDS);
        this.grace = limits.seconds(Limit.ROLLOUT_GRACE_SECONDS);
        this.clock = clock;
        this.nanos = nanos;
        this.seen = clock.instant();
        this.seenNanos = nanos.getAsLong();
    }

    /** In which a device has to answer an offer. */
    Duration answer() {
        return answer;
    }

    /**
     * Takes up what an earlier process has left: it could hear nobody since, and its clock may have
     * been ahead of this one. Blocks.
     */
    void takeUp() {
        Instant now = clock.instant();
        int corrected = store.correct(correction(Duration.ZERO, now));
        if (corrected > 0) {
            LOG.warn("{} deadlines of rollouts were set by a clock ahead of {}", corrected, now);
        }
        int granted = store.grantGrace(now.plus(grace));
        if (granted > 0) {
            LOG.info("{} devices have {} to be heard of", granted, grace);
        }
    }

    /** Whether the clock was set since the last look that found it so. Never blocks. */
    boolean isClockSet() {
        Instant now = clock.instant();
        long nowNanos = nanos.getAsLong();
        if (drift(now, nowNanos).abs().compareTo(DRIFT_MAX) > 0) {
            return true;
        }
        seen = now;
        seenNanos = nowNanos;
        return false;
    }

    /** How far the clock is ahead of where it should be. */
    private Duration drift(Instant now, long nowNanos) {
        return Duration.between(seen, now).minusNanos(nowNanos - seenNanos);
    }

    /**
     * Corrects all deadlines if the clock was set. Blocks.
     *
     * @return whether it was
     */
    boolean correct() {
        if (!isClockSet()) {
            return false;
        }
        Instant now = clock.instant();
        long nowNanos = nanos.getAsLong();
        Duration drift = drift(now, nowNanos);
        Duration ahead = drift.isNegative() ? Duration.ZERO : drift;
        int corrected = store.correct(correction(ahead, now));
        LOG.warn(
                "the clock was set {} by {} to {}; {} deadlines of rollouts go along",
                drift.isNegative() ? "back" : "ahead",
                drift.abs(),
                now,
                corrected);
        // Only now: what has failed is tried again at the next look.
        seen = now;
        seenNanos = nowNanos;
        return true;
    }

    private ClockCorrection correction(Duration ahead, Instant now) {
        return new ClockCorrection(ahead, now, answer, grace);
    }
}
