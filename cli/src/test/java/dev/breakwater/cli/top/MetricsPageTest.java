/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

    private static final String TEXT =
            """
            # HELP breakwater_refusals_total Refusals
            # TYPE breakwater_refusals_total counter
            breakwater_refusals_total{reason="quota-exceeded",where="channel"} 12.0
            breakwater_refusals_total{reason="quota-exceeded",where="api"} 3.0
            breakwater_refusals_total{reason="a \\"b\\", c}",where="channel"} 1.5E3
            breakwater_channel_connections 7.0 1700000000000
            breakwater_nothing NaN
            this is no sample
            """;

    private final MetricsPage page = MetricsPage.parse(TEXT, 0);

    @Test
    void sumsTheSamplesThatCarryAllLabels() {
        assertThat(page.sum("breakwater_refusals_total")).isEqualTo(1515);
        assertThat(page.sum("breakwater_refusals_total", Map.of("where", "channel")))
                .isEqualTo(1512);
        assertThat(
                        page.sum(
                                "breakwater_refusals_total",
                                Map.of("where", "api", "reason", "quota-exceeded")))
                .isEqualTo(3);
    }

    @Test
    void readsSamplesWithoutLabelsAndWithTimes() {
        assertThat(page.sum("breakwater_channel_connections")).isEqualTo(7);
    }

    @Test
    void readsQuotesAndBracesWithinLabels() {
        assertThat(page.of("breakwater_refusals_total"))
                .anySatisfy(
                        sample ->
                                assertThat(sample.labels())
                                        .containsEntry("reason", "a \"b\", c}")
                                        .containsEntry("where", "channel"));
    }

    @Test
    void countsNothingForWhatTheServerDoesNotCount() {
        assertThat(page.of("breakwater_unheard_of")).isEmpty();
        assertThat(page.sum("breakwater_unheard_of")).isZero();
    }
}
