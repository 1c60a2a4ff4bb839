/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells a queue that is standing from one that merely swings, by how long those who were in it have
 * waited (after CoDel, RFC 8289). A burst makes some wait long, and others not; only when within a
 * whole interval even the shortest wait was longer than the target, what arrives is more than what
 * is served, and to queue more of it would only make everybody late. Thread-safe and quick.
 *
 * <p>Where a queue is empty nobody waits, and an interval without anybody counts as calm.
 */
public final class QueueDelay {

    private static final long NOBODY = Long.MAX_VALUE;

    private final long targetNanos;
    private final long intervalNanos;
    private final LongSupplier nanos;
    private long beganNanos;
    private long shortestNanos = NOBODY;
    private boolean standing;

    /**
     * Nobody has waited yet.
     *
     * @param target how long waiting is in order
     * @param interval how long the shortest wait is looked for
     * @param nanos a clock that is never set
     */
    public QueueDelay(Duration target, Duration interval, LongSupplier nanos) {
        this.targetNanos = target.toNanos();
        this.intervalNanos = interval.toNanos();
        this.nanos = nanos;
        this.beganNanos = nanos.getAsLong();
    }

    /** The present moment on the clock of the waits. */
    public long now() {
        return nanos.getAsLong();
    }

    /** Somebody's turn has come who has waited since this moment. */
    public synchronized void waitedSince(long sinceNanos) {
        long now = nanos.getAsLong();
        turnPage(now);
        shortestNanos = Math.min(shortestNanos, now - sinceNanos);
    }

    /** Whether everybody has waited too long in the last interval. */
    public synchronized boolean tooLong() {
        turnPage(nanos.getAsLong());
        return standing;
    }

    private void turnPage(long now) {
        long elapsed = now - beganNanos;
        if (elapsed < intervalNanos) {
            return;
        }
        boolean recent = elapsed < 2 * intervalNanos;
        standing = recent && shortestNanos != NOBODY && shortestNanos > targetNanos;
        shortestNanos = NOBODY;
        beganNanos = now;
    }
}
