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
 * <p>One who waits long, because the machine was busy with something else, is no queue: it takes a
 * number of them. Where a queue is empty nobody waits, and an interval without anybody is calm.
 */
public final class QueueDelay {

    private static final long NOBODY = Long.MAX_VALUE;

    /** For how many intervals it is waited for enough of them, where they come one by one. */
    private static final int INTERVALS_MAX = 10;

    private final long targetNanos;
    private final long intervalNanos;
    private final int waitersLeast;
    private final LongSupplier nanos;
    private long beganNanos;
    private long latestNanos;
    private long shortestNanos = NOBODY;
    private int waiters;
    private boolean standing;

    /**
     * Nobody has waited yet.
     *
     * @param target how long waiting is in order
     * @param interval how long the shortest wait is looked for, at least
     * @param waitersLeast how many must have waited too long, and nobody shorter
     * @param nanos a clock that is never set
     */
    public QueueDelay(Duration target, Duration interval, int waitersLeast, LongSupplier nanos) {
        this.targetNanos = target.toNanos();
        this.intervalNanos = interval.toNanos();
        this.waitersLeast = waitersLeast;
        this.nanos = nanos;
        this.beganNanos = nanos.getAsLong();
        this.latestNanos = beganNanos;
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
        latestNanos = now;
        waiters++;
    }

    /** Whether everybody has waited too long of late. */
    public synchronized boolean tooLong() {
        turnPage(nanos.getAsLong());
        return standing;
    }

    private void turnPage(long now) {
        long elapsed = now - beganNanos;
        if (elapsed < intervalNanos) {
            return;
        }
        boolean recent = now - latestNanos < 2 * intervalNanos;
        boolean bad = recent && shortestNanos != NOBODY && shortestNanos > targetNanos;
        boolean few = waiters < waitersLeast;
        if (bad && few && !standing && elapsed < INTERVALS_MAX * intervalNanos) {
            return;
        }
        // Whoever is refused does not wait, so that a queue which was standing has few at its end.
        standing = bad && (standing || !few);
        shortestNanos = NOBODY;
        waiters = 0;
        beganNanos = now;
    }
}
