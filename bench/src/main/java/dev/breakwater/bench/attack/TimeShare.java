/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.time.Duration;

/**
 * A time that several things share, a few of them at once: what one leaves is there for those who
 * come later. Thread-safe.
 */
final class TimeShare {

    private final long endNanos;
    private final int atOnce;
    private int left;

    /**
     * Begins now.
     *
     * @param endNanos its end, on the clock of {@link System#nanoTime}
     * @param things how many will ask for their share
     * @param atOnce how many of them are done at the same time
     */
    TimeShare(long endNanos, int things, int atOnce) {
        this.endNanos = endNanos;
        this.atOnce = atOnce;
        this.left = things;
    }

    /** What the next one may take. */
    Duration next() {
        return next(System.nanoTime());
    }

    /** The same at a moment of {@link System#nanoTime}. */
    synchronized Duration next(long nowNanos) {
        long nanos = Math.max(0, endNanos - nowNanos);
        int rounds = Math.max(1, Math.ceilDiv(left--, atOnce));
        return Duration.ofNanos(nanos / rounds);
    }
}
