/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.report.Machine;
import dev.breakwater.bench.report.Results;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecurityReportTest {

    private final Results results =
            new Results(new Machine("a processor", 2, 8, "Linux", "Java", 0.1), Instant.EPOCH);
    private final List<String> said = new ArrayList<>();
    private final Findings findings = new Findings("flood", results, said::add);

    @Test
    void saysOfEachFigureWhetherItIsMet() {
        findings.atMost("devices that lose their connection", 0, 0);
        findings.below("p99, ms", 250, 250);
        findings.atLeast("the attack runs to its end", 1, Double.NaN);
        findings.remark("wrk was there");
        String page = SecurityReport.text(results, Map.of("wrk", "4.1.0"));
        assertThat(page.lines())
                .contains(
                        "1 of 3 figures are met.",
                        "## flood",
                        "| devices that lose their connection | <= 0 | 0 | met |",
                        "| p99, ms | < 250 | 250 | **missed** |",
                        "| the attack runs to its end | >= 1 | not measured | **missed** |",
                        "- wrk was there",
                        "- wrk 4.1.0");
        assertThat(said).anyMatch(line -> line.endsWith("measured 250: MISSED"));
    }

    @Test
    void namesNoDate() {
        findings.atMost("devices that lose their connection", 0, 0);
        assertThat(SecurityReport.text(results, Map.of())).doesNotContain("1970");
    }
}
