/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final Machine MACHINE = new Machine("a processor", 2, 24, "Linux", "25", 0.5);
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void jsonHoldsAllThatWasMeasured() {
        Results measured = measured("soak", 0.25);

        Results read = JsonReport.read(JsonReport.text(measured));

        assertThat(JsonReport.text(read)).isEqualTo(JsonReport.text(measured));
        assertThat(read.requirements().getFirst().measured()).isNaN();
    }

    @Test
    void addsOnlyBenchmarksThatItHasNot() {
        Results results = measured("connect", 1);
        Results earlier = measured("soak", 2);
        earlier.figure("connect", "breakwater", "connects", "1/s", 3);

        results.add(earlier);

        assertThat(results.figures())
                .extracting(Results.Figure::value)
                .containsExactlyInAnyOrder(1.0, 2.0);
        assertThat(results.requirements()).hasSize(2);
        assertThat(results.curves()).hasSize(2);
        assertThat(results.contenders()).hasSize(1);
        assertThat(results.remarks())
                .contains(
                        "soak: it rained",
                        "soak: measured in a run of its own, at 2026-01-01T12:00:00Z on " + MACHINE)
                .doesNotContain(
                        "connect: measured in a run of its own, at 2026-01-01T12:00:00Z on "
                                + MACHINE);
    }

    @Test
    void saysOnceWhenSomethingWasMeasuredThoughItIsHandedOn() {
        Results second = measured("connect", 1);
        second.add(measured("soak", 2));
        Results third = new Results(MACHINE, NOON.plusSeconds(1));

        third.add(second);

        assertThat(third.remarks())
                .filteredOn(remark -> remark.startsWith("soak: measured in a run of its own"))
                .hasSize(1);
    }

    private static Results measured(String benchmark, double value) {
        Results results = new Results(MACHINE, NOON);
        results.contender(new Results.Contender("breakwater", "1", "defaults", "stored"));
        results.figure(benchmark, "breakwater", "connects", "1/s", value);
        results.curve(
                new Results.Curve(
                        benchmark, "breakwater", "x", "y", List.of(new Results.Point(1, value))));
        results.require(benchmark, "it ends", ">=", 1, Double.NaN);
        results.remark(benchmark + ": it rained");
        return results;
    }
}
