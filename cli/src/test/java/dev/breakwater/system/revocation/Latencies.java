/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Times that were measured, in ascending order. Percentiles are by nearest rank, never between. */
record Latencies(List<Duration> ascending) {

    Latencies {
        if (ascending.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        ascending = ascending.stream().sorted().toList();
    }

    /**
     * The time within which so many of a hundred were done.
     *
     * @param percent 1 to 100
     */
    Duration percentile(int percent) {
        int rank = Math.ceilDiv(ascending.size() * percent, 100);
        return ascending.get(rank - 1);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d sessions, p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                ascending.size(),
                millis(percentile(50)),
                millis(percentile(99)),
                millis(percentile(100)));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
