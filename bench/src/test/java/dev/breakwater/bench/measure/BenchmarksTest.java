/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.report.DocumentReport;
import dev.breakwater.bench.report.Machine;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerSettings;
import dev.breakwater.bench.server.TestBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Three benchmarks, tiny, on the packaged server: so that they still work when they are needed. */
@Tag("system")
@EnabledOnOs(OS.LINUX)
class BenchmarksTest {

    /** Enough for each to connect once only: whoever flaps is made to wait. */
    private static final List<String> PARANOID = List.of("-Dio.netty.leakDetection.level=paranoid");

    private static final int FLEET = 40;

    private static final int DEVICES = 20;

    @TempDir Path directory;

    @Test
    void connectsIngestsAndReadsOnAFleetOfItsOwn() throws Exception {
        Results results = new Results(Machine.here(), Instant.now());
        Consumer<String> progress = _ -> {};
        try (TestBed bed =
                TestBed.open(
                        Path.of(System.getProperty("breakwater.root")),
                        directory.resolve("fleet"),
                        FLEET,
                        new ServerSettings(Map.of(), PARANOID),
                        progress)) {
            Contest contest = new Contest(bed, List.of(ServerKind.BREAKWATER), results, progress);
            new ConnectBenchmark(DEVICES, 1, DEVICES, 4).run(contest);
            new IngestBenchmark(DEVICES, 4, Duration.ofMillis(200), Duration.ofMillis(500))
                    .run(contest);
            new ReadBenchmark(4, Duration.ofSeconds(1), Duration.ofSeconds(1)).run(contest);
        }
        String ours = ServerKind.BREAKWATER.label();
        assertThat(results.value("connect", ours, "connects")).hasValueSatisfying(above(0));
        assertThat(results.value("ingest", ours, "acknowledged")).hasValueSatisfying(above(0));
        assertThat(results.value("ingest", ours, "found by the API")).hasValueSatisfying(above(0));
        assertThat(results.value("ingest", ours, "acknowledged and lost")).hasValue(0.0);
        assertThat(results.value("read", ours, "reads")).hasValueSatisfying(above(0));
        assertThat(results.value("read", "bare jetty", "reads")).hasValueSatisfying(above(0));
        Path page = DocumentReport.write(results, directory.resolve("docs"));
        assertThat(Files.readString(page))
                .contains("## Connect", "## Ingest", "## Read", "| breakwater |");
    }

    private static Consumer<Double> above(double least) {
        return value -> assertThat(value).isGreaterThan(least);
    }
}
