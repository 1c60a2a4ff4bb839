/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A figure of zero says something only if the same program, asked alike, can find something. */
@Tag("system")
class ProgramsFindTest {

    private static final Duration AT_MOST = Duration.ofMinutes(2);

    @TempDir private Path directory;
    private VulnerableServer server;

    @BeforeEach
    void start() throws Exception {
        server = VulnerableServer.start(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void need(Program program) {
        assumeTrue(program.isInstalled(), program + " is not installed");
    }

    @Test
    void sqlmapFindsWhatCanBeInjectedInto() throws Exception {
        need(Program.SQLMAP);
        Path request = directory.resolve("request");
        Files.writeString(
                request,
                "GET /device?id=1* HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                        .formatted(server.port()));
        Program.Ended ended =
                Program.SQLMAP.run(
                        directory, AT_MOST, SqlmapRun.arguments(request, directory, "1", "1"));
        SqlmapOutput output = SqlmapOutput.of(ended);
        assertThat(output.isInjectable()).as(ended.output()).isTrue();
        assertThat(output.errors()).isPositive();
    }

    @Test
    void sqlmapFindsNothingWhereThereIsNothing() throws Exception {
        need(Program.SQLMAP);
        Path request = directory.resolve("request");
        Files.writeString(
                request,
                "GET /things/1* HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n".formatted(server.port()));
        Program.Ended ended =
                Program.SQLMAP.run(
                        directory, AT_MOST, SqlmapRun.arguments(request, directory, "1", "1"));
        SqlmapOutput output = SqlmapOutput.of(ended);
        assertThat(output)
                .as(ended.output())
                .isEqualTo(new SqlmapOutput(false, Optional.empty(), true, 0));
    }

    @Test
    void wapitiFindsAPageThatShowsWhatItIsTold() throws Exception {
        need(Program.WAPITI);
        Path report = directory.resolve("wapiti.json");
        Program.Ended ended =
                Program.WAPITI.run(
                        directory,
                        AT_MOST,
                        ScriptAttack.arguments(
                                server.url("/search?q=1"),
                                List.of(),
                                Duration.ofMinutes(1),
                                report));
        assertThat(report).as(ended.output()).exists();
        assertThat(WapitiReport.read(report).places())
                .as(ended.output())
                .anyMatch(place -> place.endsWith("/search, parameter q"));
    }

    @Test
    void ffufReportsTheOneThatIsThere() throws Exception {
        need(Program.FFUF);
        Path list = directory.resolve("ids");
        Files.write(list, IntStream.range(0, 10).mapToObj(Integer::toString).toList());
        Path report = directory.resolve("ffuf.json");
        Program.Ended ended =
                Program.FFUF.run(
                        directory,
                        AT_MOST,
                        GuessedIdsAttack.arguments(
                                list, server.url("/things/FUZZ"), "none", report));
        FfufReport read = FfufReport.read(report);
        assertThat(read.heard()).as(ended.output()).isEqualTo(10);
        assertThat(read.othersThan(404)).isEqualTo(Map.of(200, 1));
    }
}
