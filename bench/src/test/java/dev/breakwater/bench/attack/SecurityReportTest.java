/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.report.Machine;
import dev.breakwater.bench.report.Results;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecurityReportTest {

    private final Results results =
            new Results(
                    new Machine("a processor", 2, 8, "Linux", "Java", 0.1),
                    Instant.parse("2026-01-01T12:00:30Z"));
    private final List<String> said = new ArrayList<>();
    private final Findings findings = new Findings("flood", results, said::add, true);

    private String page() {
        AttackRun run =
                new AttackRun(
                        AttackName.FLOOD,
                        "0123456789ab",
                        7,
                        Duration.ofMinutes(5),
                        Map.of("wrk", "4.1.0"),
                        results);
        return SecurityReport.text(Map.of(AttackName.FLOOD, run));
    }

    @Test
    void saysOfEachFigureWhetherItIsMet() {
        findings.atMost("devices that lose their connection", 0, 0);
        findings.below("p99, ms", 250, 250);
        findings.atLeast("the attack runs to its end", 1, Double.NaN);
        findings.remark("wrk was there");
        assertThat(page().lines())
                .contains(
                        "## flood",
                        "| devices that lose their connection | <= 0 | 0 | met |",
                        "| p99, ms | < 250 | 250 | **missed** |",
                        "| the attack runs to its end | >= 1 | not measured | **missed** |",
                        "- wrk was there",
                        "- wrk 4.1.0");
        assertThat(said).anyMatch(line -> line.endsWith("measured 250: MISSED"));
    }

    @Test
    void saysWhenAndOnWhichCommitEachWasMade() {
        findings.atMost("devices that lose their connection", 0, 1);
        assertThat(page().lines())
                .anyMatch(
                        line ->
                                line.startsWith("| flood | ")
                                        && line.endsWith(
                                                "| 2026-01-01T12:00:00Z | 0123456789ab | 0 of 1 | 300 s |"))
                .anyMatch(line -> line.startsWith("- seed 7, on 2 x a processor"));
    }

    @Test
    void namesAttacksThatWereNeverMade() {
        assertThat(page().lines())
                .anyMatch(line -> line.startsWith("| tls | ") && line.contains("**not run**"))
                .doesNotContain("## tls");
    }
}
