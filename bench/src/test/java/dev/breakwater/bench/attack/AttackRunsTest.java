/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.report.Machine;
import dev.breakwater.bench.report.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttackRunsTest {

    @TempDir private Path directory;

    static AttackRun run(AttackName name, String commit, double measured) {
        Results results =
                new Results(new Machine("a processor", 2, 8, "Linux", "Java", 0.1), Instant.EPOCH);
        Findings findings = new Findings(name.toString(), results, _ -> {}, true);
        findings.atMost("devices that lose their connection", 0, measured);
        findings.remark("it rained");
        return new AttackRun(
                name, commit, 7, Duration.ofSeconds(61), Map.of("wrk", "4.1.0"), results);
    }

    @Test
    void keepsTheNewestOfEachAttack() throws IOException {
        AttackRuns runs = new AttackRuns(directory.resolve("runs"));
        runs.keep(run(AttackName.FLOOD, "aaaa", 0));
        runs.keep(run(AttackName.TLS, "aaaa", 0));
        runs.keep(run(AttackName.FLOOD, "bbbb", 1));
        Map<AttackName, AttackRun> newest = runs.newest();
        assertThat(newest).containsOnlyKeys(AttackName.FLOOD, AttackName.TLS);
        assertThat(newest.get(AttackName.FLOOD))
                .returns("bbbb", AttackRun::commit)
                .returns(0L, AttackRun::met);
    }

    @Test
    void hasNothingBeforeTheFirst() throws IOException {
        assertThat(new AttackRuns(directory.resolve("none")).newest()).isEmpty();
    }

    @Test
    void readsAllThatWasWritten() {
        AttackRun run = run(AttackName.SLOW, "cccc", Double.NaN);
        AttackRun read = AttackRun.read(run.text());
        assertThat(read.text()).isEqualTo(run.text());
        assertThat(read.took()).isEqualTo(Duration.ofSeconds(61));
        assertThat(read.versions()).isEqualTo(Map.of("wrk", "4.1.0"));
        assertThat(read.results().requirements().getFirst().measured()).isNaN();
        assertThat(read.met()).isZero();
    }
}
