/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
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

/** Firewall rules and findings at the command line, against the real API. */
@Tag("system")
@Timeout(120)
class FirewallCommandTest {

    @TempDir private Path data;
    @TempDir private Path configuration;
    private RunningApi api;

    @BeforeEach
    void setUpAServerAndItsAdministrator() throws Exception {
        api = new RunningApi(data);
        String root = Fingerprint.of(api.pki().root()).toString();
        ok("setup", api.address(), "--code", api.setupCode(), "--root", root);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void setsTheRulesOfAFileAndShowsThem() throws Exception {
        ok("product", "create", "tank");
        CommandRun set =
                ok(
                        "firewall",
                        "set",
                        "tank",
                        file(
                                "{\"payloads\":[{\"topic\":\"me/state\",\"mode\":\"observing\",\"bytesMax\":9}]}"));
        assertThat(set.out()).contains("RULE", "payload me/state", "observing");
        assertThat(set.err())
                .contains("Set the firewall rules of the product tank.")
                .contains("next: breakwater finding list");
        JsonNode shown = json(ok("firewall", "show", "tank", "-o", "json"));
        assertThat(shown.at("/rules/payloads/0/bytesMax").asInt()).isEqualTo(9);
        assertThat(ok("firewall", "set", "tank", file("{}")).lines()).hasSize(1);
    }

    @Test
    void refusesAFileThatHoldsNoRules() throws Exception {
        ok("product", "create", "tank");
        CommandRun noJson = run("firewall", "set", "tank", file("rules:"));
        assertThat(noJson.exitCode()).isEqualTo(2);
        assertThat(noJson.err()).contains("is no JSON").hasLineCount(1);
        assertThat(run("firewall", "set", "tank", "/no/file").exitCode()).isEqualTo(3);
        CommandRun noRules = run("firewall", "set", "tank", file("{\"networks\":{}}"));
        assertThat(noRules.exitCode()).isEqualTo(1);
        assertThat(noRules.err()).contains("/networks");
    }

    @Test
    void listsFindingsAndDismissesOrActsOnThem() {
        AuthenticatedDevice first = device("tank-1");
        AuthenticatedDevice second = device("tank-2");
        AuthenticatedDevice third = device("tank-3");
        CommandRun list = ok("finding", "list", "--state", "open", "--device", "tank-1");
        assertThat(list.out()).contains("failed-connects", "device:" + first.id());
        assertThat(list.lines()).hasSize(2);
        assertThat(ok("finding", "list", "--kind", "new-network").lines()).hasSize(1);

        CommandRun dismissed = ok("finding", "dismiss", finding("tank-1"), "--reason", "our test");
        assertThat(dismissed.out()).contains("dismissed");
        assertThat(dismissed.err()).contains("Dismissed the finding.");
        ok("finding", "quarantine", finding("tank-2"), "--reason", "odd");
        ok("finding", "revoke", finding("tank-3"), "--reason", "stolen");
        assertThat(ok("device", "show", "tank-1").out()).contains("active");
        assertThat(ok("device", "show", second.id().toString()).out()).contains("quarantined");
        assertThat(ok("device", "show", third.id().toString()).out()).contains("revoked");
        assertThat(ok("finding", "list", "--state", "acted").lines()).hasSize(3);
        CommandRun again = run("finding", "dismiss", finding("tank-1"), "--reason", "twice");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("dismissed already");
        assertThat(run("finding", "list", "--state", "odd").exitCode()).isEqualTo(2);
    }

    @Test
    void bansWhereAFindingCameFrom() {
        AuthenticatedDevice tank = device("tank-1");
        String finding = finding("tank-1");
        assertThat(run("finding", "ban", finding, "--for", "10s", "--reason", "odd").err())
                .contains("60");
        CommandRun banned = ok("finding", "ban", finding, "--for", "6h", "--reason", "guesses");
        assertThat(banned.out()).contains("acted", "192.0.2.7");
        assertThat(banned.err()).contains("Banned where the finding came from.");
        assertThat(ok("device", "show", tank.id().toString()).out()).contains("active");
    }

    private String finding(String serial) {
        return json(ok("finding", "list", "--device", serial, "-o", "json"))
                .at("/items/0/id")
                .asString();
    }

    /** A device that has failed to connect so often that it is a finding. */
    private AuthenticatedDevice device(String serial) {
        ok("product", "create", "product-of-" + serial);
        String[] words =
                "enrollment create -o json --product product-of-%s --serial %s"
                        .formatted(serial, serial)
                        .split(" ", -1);
        AuthenticatedDevice device =
                api.enrolled(serial, json(ok(words)).path("secret").asString());
        for (int i = 0; i < Limit.FIREWALL_FAILED_CONNECTS.byDefault(); i++) {
            api.firewall
                    .gate()
                    .failed(
                            device.organization(),
                            device.id(),
                            "192.0.2.7",
                            RefusalReason.CERTIFICATE_EXPIRED);
        }
        api.firewall.findings().storeNoticed();
        return device;
    }

    private String file(String text) throws Exception {
        return Files.writeString(configuration.resolve("rules.json"), text).toString();
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
