/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import java.util.Arrays;

/** Times that are measured by several threads; percentiles by nearest rank, never between. */
public final class Latencies {

    private long[] nanos = new long[1_024];
    private int count;

    /** Adds one. */
    public synchronized void add(long measuredNanos) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = measuredNanos;
    }

    /** How many there are. */
    public synchronized int count() {
        return count;
    }

    /** Those so far, by size. */
    public synchronized Sorted sorted() {
        long[] ascending = Arrays.copyOf(nanos, count);
        Arrays.sort(ascending);
        return new Sorted(ascending);
    }

    /** Measured times by size. */
    public static final class Sorted {

        private final long[] ascendingNanos;

        private Sorted(long[] ascendingNanos) {
            this.ascendingNanos = ascendingNanos;
        }

        /**
         * The time within which so many of a hundred were done; not a number when there is none.
         *
         * @param percent above 0, at most 100
         */
        public double millis(double percent) {
            if (ascendingNanos.length == 0) {
                return Double.NaN;
            }
            int rank = (int) Math.ceil(ascendingNanos.length * percent / 100);
            return ascendingNanos[Math.max(rank, 1) - 1] / 1e6;
        }

        /** How many there are. */
        public int count() {
            return ascendingNanos.length;
        }
    }
}
