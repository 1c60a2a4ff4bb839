/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void takesPercentilesByNearestRank() {
        Latencies latencies = new Latencies();
        for (int millis = 3_000; millis >= 1; millis--) {
            latencies.add(millis * 1_000_000L);
        }
        Latencies.Sorted sorted = latencies.sorted();
        assertThat(sorted.count()).isEqualTo(3_000);
        assertThat(sorted.millis(50)).isEqualTo(1_500);
        assertThat(sorted.millis(99)).isEqualTo(2_970);
        assertThat(sorted.millis(100)).isEqualTo(3_000);
    }

    @Test
    void isNotANumberWhenNothingWasMeasured() {
        assertThat(new Latencies().sorted().millis(99)).isNaN();
    }
}
