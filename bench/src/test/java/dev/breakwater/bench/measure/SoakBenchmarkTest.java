/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.report.Results;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SoakBenchmarkTest {

    @Test
    void findsTheSlopeOfMemoryInPercentOfItsMean() {
        List<Results.Point> growing =
                IntStream.rangeClosed(0, 60)
                        .mapToObj(minute -> new Results.Point(minute, 95 + minute / 6.0))
                        .toList();
        assertThat(SoakBenchmark.percentPerHour(growing)).isCloseTo(10, Offset.offset(1e-9));
    }

    @Test
    void findsNoSlopeInMemoryThatStaysTheSame() {
        List<Results.Point> flat =
                List.of(
                        new Results.Point(0, 80),
                        new Results.Point(7, 80),
                        new Results.Point(9, 80));
        assertThat(SoakBenchmark.percentPerHour(flat)).isZero();
    }
}
