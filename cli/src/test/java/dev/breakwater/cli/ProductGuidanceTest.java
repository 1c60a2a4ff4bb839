/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What owners are told, set at the command line against the real API. */
@Tag("system")
@Timeout(120)
class ProductGuidanceTest {

    @TempDir private Path data;
    @TempDir private Path configuration;
    private RunningApi api;

    @BeforeEach
    void setUpAServerAndItsAdministrator() throws Exception {
        api = new RunningApi(data);
        String root = Fingerprint.of(api.pki().root()).toString();
        ok("setup", api.address(), "--code", api.setupCode(), "--root", root);
        ok("product", "create", "tank");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void setsWhatAFileStatesAndShowsIt() throws Exception {
        CommandRun set =
                ok(
                        "product",
                        "guidance",
                        "set",
                        "tank",
                        file("{\"name\":\"Fish tank\",\"supportedUntil\":\"2031-12-31\"}"));
        assertThat(set.out()).contains("SUPPORTED UNTIL", "2031-12-31", "/guides/");
        assertThat(set.err())
                .contains("Set what owners of the product tank are told.")
                .contains("next: breakwater product guidance show tank");
        JsonNode shown = json(ok("product", "guidance", "show", "tank", "-o", "json"));
        assertThat(shown.at("/guidance/name").asString()).isEqualTo("Fish tank");
        assertThat(ok("product", "guidance", "set", "tank", file("{}")).out())
                .doesNotContain("2031");
    }

    @Test
    void refusesAFileThatStatesNothingOfThat() throws Exception {
        CommandRun noJson = run("product", "guidance", "set", "tank", file("name:"));
        assertThat(noJson.exitCode()).isEqualTo(2);
        assertThat(noJson.err()).contains("is no JSON").hasLineCount(1);
        assertThat(run("product", "guidance", "set", "tank", "/no/file").exitCode()).isEqualTo(3);
        CommandRun wrong = run("product", "guidance", "set", "tank", file("{\"until\":2031}"));
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("/until");
    }

    private String file(String text) throws Exception {
        return Files.writeString(configuration.resolve("owners.json"), text).toString();
    }

    private static JsonNode json(CommandRun run) {
        return JsonMapper.shared().readTree(run.out());
    }

    private CommandRun ok(String... words) {
        CommandRun run = run(words);
        assertThat(run.exitCode()).as("%s", run).isZero();
        return run;
    }

    private CommandRun run(String... words) {
        return CommandRun.of(configuration, words);
    }
}
