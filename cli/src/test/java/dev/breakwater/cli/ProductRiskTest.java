/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Risk profiles at the command line, against the real API. */
@Tag("system")
@Timeout(120)
class ProductRiskTest {

    @TempDir private Path data;
    @TempDir private Path configuration;
    private RunningApi api;

    @BeforeEach
    void setUpAServerAndItsAdministrator() throws Exception {
        api = new RunningApi(data);
        ok(
                "setup",
                api.address(),
                "--code",
                api.setupCode(),
                "--root",
                Fingerprint.of(api.pki().root()).toString());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void makesAProductWithAProfile() {
        assertThat(ok("product", "create", "tank").out()).contains("standard");
        assertThat(ok("product", "create", "heater", "--risk-profile", "critical").out())
                .contains("critical");
        assertThat(run("product", "create", "x", "--risk-profile", "none").exitCode()).isEqualTo(1);
    }

    @Test
    void saysWhatAProfileWouldChangeBeforeItChangesIt() {
        ok("product", "create", "tank");
        JsonNode code =
                json(
                        ok(
                                "enrollment",
                                "create",
                                "-o",
                                "json",
                                "--product",
                                "tank",
                                "--serial",
                                "A-1"));
        api.enrolled("A-1", code.path("secret").asString());

        CommandRun asked = ok("product", "risk-profile", "tank", "--candidate", "critical");
        assertThat(asked.out()).contains("RISK PROFILE", "standard", "DEVICES IT EXCLUDES");
        assertThat(asked.err())
                .contains("next: breakwater product risk-profile tank --set critical");
        assertThat(
                        json(ok(
                                        "product",
                                        "risk-profile",
                                        "tank",
                                        "--candidate",
                                        "critical",
                                        "-o",
                                        "json"))
                                .at("/candidate/devicesExcluded")
                                .asInt())
                .isEqualTo(1);
        assertThat(
                        run("product", "risk-profile", "tank", "--candidate", "low", "--set", "low")
                                .exitCode())
                .isEqualTo(2);

        assertThat(ok("product", "risk-profile", "tank", "--set", "critical").out())
                .contains("hardware-key", "604800");
        assertThat(ok("product", "risk-profile", "tank").out()).contains("critical");
    }

    @Test
    void statesWhereDevicesKeepTheirKeys() {
        ok("product", "create", "heater", "--risk-profile", "critical");
        CommandRun soft = run("enrollment", "create", "--product", "heater", "--serial", "A-1");
        assertThat(soft.exitCode()).isEqualTo(1);
        assertThat(soft.err()).contains("hardware-key");
        JsonNode made =
                json(
                        ok(
                                "enrollment",
                                "create",
                                "-o",
                                "json",
                                "--product",
                                "heater",
                                "--serial",
                                "A-1",
                                "--assurance",
                                "hardware-key"));
        assertThat(made.at("/enrollmentCode/assurance").asString()).isEqualTo("hardware-key");
    }

    @Test
    void makesDevicesWithTokensWhereTheProductPermitsThem() {
        ok("product", "create", "tank");
        CommandRun refused = run("device", "register", "B-1", "--product", "tank");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("permits no tokens").hasLineCount(1);

        ok("product", "create", "beacon", "--risk-profile", "low");
        CommandRun made = ok("device", "register", "B-1", "--product", "beacon");
        assertThat(made.out()).contains("bwd_");
        assertThat(made.err()).contains("next: breakwater device token list B-1");
        CommandRun next = ok("device", "token", "create", "B-1", "--expires", "1d", "-o", "json");
        assertThat(json(next).at("/token/generation").asInt()).isEqualTo(2);
        assertThat(ok("device", "token", "list", "B-1").out())
                .contains("revoked", "active")
                .doesNotContain("bwd_");
        assertThat(run("device", "token", "create", "B-1", "--expires", "91d").exitCode())
                .isEqualTo(1);
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
