/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.report.Machine;
import dev.breakwater.bench.report.Results;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FindingsTest {

    private final Results results =
            new Results(new Machine("a processor", 2, 8, "Linux", "Java", 0.1), Instant.EPOCH);

    @Test
    void requiresFiguresOfTimeOnACalmMachineOnly() {
        new Findings("flood", results, _ -> {}, true).ofTime().below("p99, ms", 250, 400);
        assertThat(results.requirements()).hasSize(1);
        assertThat(results.requirements().getFirst().isMet()).isFalse();
    }

    @Test
    void remarksOnThemOnAnyOther() {
        Findings findings = new Findings("flood", results, _ -> {}, false);
        findings.ofTime().below("p99, ms", 250, 400);
        findings.atMost("passwords found", 0, 1);
        assertThat(results.requirements())
                .extracting(Results.Requirement::what)
                .containsExactly("passwords found");
        assertThat(results.remarks())
                .containsExactly(
                        "flood: p99, ms: measured 400 on a machine that does other things too");
    }
}
