/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A team's own scan rules at the command line, against the real API. */
@Tag("system")
@Timeout(300)
class OwnScanRulesTest {

    private static final String RULES =
            """
            # \u00e9
            [[rules]]
            id = "licence-key"
            \tregex = '''PUMP-([0-9A-F]{16})'''
            keywords = ["pump-"]
            """;
    private static final byte[] PLANTED = "pump = PUMP-0123456789ABCDEF\n".getBytes(UTF_8);

    @TempDir private Path data;
    @TempDir private Path computers;
    @TempDir private Path files;
    private ReleaseDesk desk;

    @BeforeEach
    void setUpAServerWithAProduct() throws Exception {
        desk = new ReleaseDesk(data, computers, files);
    }

    @AfterEach
    void end() {
        desk.close();
    }

    private CommandRun set(String toml) throws Exception {
        Path file = Files.writeString(files.resolve("team.toml"), toml);
        return desk.run("release", "scan-rules", "set", file.toString());
    }

    @Test
    void stopsAReleaseBeforeTheUploadByTheOrganizationsOwnRules() throws Exception {
        desk.init();
        Reef.ok(set(RULES));
        CommandRun stopped = desk.publish("tank.cfg", PLANTED, "1.1");
        assertThat(stopped.exitCode()).as("%s", stopped).isEqualTo(5);
        assertThat(stopped.out()).contains("licence-key").doesNotContain("0123456789ABCDEF");
        assertThat(stopped.err()).contains("Nothing was uploaded");
        assertThat(desk.json("release", "artifacts", "--product", "tank").path("items")).isEmpty();
        Reef.ok(desk.run("release", "scan-rules", "remove"));
        Reef.ok(desk.publish("tank.cfg", PLANTED, "1.1"));
    }

    @Test
    void scansWhatIsStoredAgainAndStopsNewReleasesOfIt() throws Exception {
        desk.init();
        Reef.ok(desk.publish("tank.cfg", PLANTED, "1.1"));
        Reef.ok(set(RULES));
        JsonNode listed = desk.json("release", "artifacts", "--product", "tank").at("/items/0");
        assertThat(listed.path("verdict").asString()).isEqualTo("clean");
        assertThat(listed.path("rulesCurrent").asBoolean()).isFalse();
        String artifact = listed.path("id").asString();
        CommandRun scanned = desk.run("release", "scan", artifact);
        assertThat(scanned.exitCode()).as("%s", scanned).isEqualTo(5);
        assertThat(scanned.out()).contains("blocked");
        assertThat(scanned.err()).contains("New releases of it are blocked");
        assertThat(desk.refreshed().find("1.1/tank.cfg")).isPresent();
        assertThat(desk.publish("tank.cfg", PLANTED, "1.2", "--despite-findings").exitCode())
                .isEqualTo(5);
        Reef.ok(desk.run("release", "scan-rules", "remove"));
        Reef.ok(desk.run("release", "scan", artifact));
        Reef.ok(desk.publish("tank.cfg", PLANTED, "1.2"));
        ReleaseDesk.assertRefused(
                desk.run("release", "scan", "0198f3a2-5a70-7c11-9d1e-4a3b2c1d0e9f"), 1, "");
    }

    @Test
    void showsTheFileAsItWasSetAndSaysWhereOneIsWrong() throws Exception {
        CommandRun none = Reef.ok(desk.run("release", "scan-rules", "show"));
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains("no own rules");
        Reef.ok(set(RULES));
        assertThat(desk.json("release", "scan-rules", "show").path("toml").asString())
                .isEqualTo(RULES);
        Path copy = files.resolve("copy.toml");
        Reef.ok(desk.run("release", "scan-rules", "show", "--file", copy.toString()));
        assertThat(Files.readString(copy)).isEqualTo(RULES);
        CommandRun wrong = set(RULES + "[[rules]]\nid = 'x'\nregex = '('\n");
        ReleaseDesk.assertRefused(wrong, 1, "line 6, rule 'x', regex");
        assertThat(Reef.ok(desk.run("release", "scan-rules", "show")).out())
                .contains("licence-key");
    }
}
