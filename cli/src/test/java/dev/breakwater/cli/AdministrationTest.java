/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.server.enrollment.EnrollmentOutcome;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.testkit.pki.TestKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an administrator does from the first set-up on, against the real API. */
@Tag("system")
@Timeout(120)
class AdministrationTest {

    @TempDir private Path data;
    @TempDir private Path configuration;
    private RunningApi api;

    @BeforeEach
    void setUpAServerAndItsAdministrator() throws Exception {
        api = new RunningApi(data);
        CommandRun setup = run("setup", api.address(), "--code", api.setupCode(), "--root", root());
        assertThat(setup.exitCode()).as(setup.err()).isZero();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void keepsTheTokenInAProfileForItsOwnerOnly() throws Exception {
        Path profile = configuration.resolve("breakwater/profile.toml");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(profile)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(profile)).contains(api.address(), root(), "bwt_");
    }

    @Test
    void refusesASecondSetUpAndKeepsTheFirstProfile() throws Exception {
        Path profile = configuration.resolve("breakwater/profile.toml");
        String before = Files.readString(profile);
        CommandRun again = run("setup", api.address(), "--code", "X", "--root", root());
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.err()).contains("--replace");
        CommandRun wrongCode =
                run("setup", api.address(), "--code", "X", "--root", root(), "--replace");
        assertThat(wrongCode.exitCode()).isEqualTo(1);
        assertThat(Files.readString(profile)).isEqualTo(before);
        assertThat(profile.getParent()).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void makesListsAndShowsProducts() {
        CommandRun made = run("product", "create", "Smart fish tank");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.err())
                .contains("Made the product Smart fish tank.")
                .contains("next: breakwater enrollment create --product 'Smart fish tank'");
        assertThat(ok("product", "list").lines()).hasSize(2);
        assertThat(ok("product", "show", "Smart fish tank").out()).contains("Smart fish tank");
        CommandRun twice = run("product", "create", "Smart fish tank");
        assertThat(twice.exitCode()).isEqualTo(1);
        assertThat(twice.err()).startsWith("breakwater: ").hasLineCount(1);
        CommandRun unknown = run("product", "show", "Toaster");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("no product with the id or name 'Toaster'");
    }

    @Test
    void statesTheQuotasOfAProduct() {
        ok("product", "create", "tank");
        assertThat(ok("product", "quota", "tank").out()).contains("PUBLISHES PER SECOND", "100");
        CommandRun stated =
                ok("product", "quota", "tank", "publishesPerSecond=10", "payloadBytes=4096");
        assertThat(stated.out()).contains("10", "4096");
        CommandRun changed = ok("product", "quota", "tank", "payloadBytes=null", "-o", "json");
        assertThat(json(changed).path("stated").toString())
                .isEqualTo("{\"publishesPerSecond\":10}");
        CommandRun tooMuch = run("product", "quota", "tank", "inflight=100000");
        assertThat(tooMuch.exitCode()).isEqualTo(1);
        assertThat(tooMuch.err()).contains("inflight").hasLineCount(1);
        assertThat(run("product", "quota", "tank", "speed=1").exitCode()).isEqualTo(1);
        assertThat(run("product", "quota", "tank", "10").exitCode()).isEqualTo(2);
    }

    @Test
    void showsTheChannelOfADevice() {
        device("tank-1");
        assertThat(ok("device", "channel", "tank-1").out())
                .contains("CONNECTED", "false", "TIMES CUT OFF");
    }

    @Test
    void goesOnWhereAPageEnded() {
        ok("product", "create", "one");
        ok("product", "create", "two");
        CommandRun first = ok("product", "list", "--limit", "1", "-o", "json");
        assertThat(json(first).at("/items")).hasSize(1);
        String cursor = json(first).path("nextCursor").asString();
        assertThat(first.err()).contains("next: breakwater product list --cursor " + cursor);
        CommandRun second = ok("product", "list", "--limit", "1", "--cursor", cursor, "-o", "json");
        assertThat(json(second).at("/items/0/name").asString()).isEqualTo("two");
        assertThat(run("product", "list", "--limit", "0").exitCode()).isEqualTo(1);
    }

    @Test
    void enrollsABatchFromAFile() throws Exception {
        ok("product", "create", "tank");
        Path serials =
                Files.writeString(
                        configuration.resolve("batch.txt"), "# batch 7\nA-1\nA-2  # blue\n\n");
        CommandRun made =
                ok(
                        "enrollment",
                        "create",
                        "--product",
                        "tank",
                        "--serials-file",
                        serials.toString(),
                        "--serial",
                        "A-3",
                        "--count",
                        "2",
                        "--expires",
                        "30d",
                        "--note",
                        "batch 7",
                        "-o",
                        "json");
        assertThat(json(made).at("/enrollmentCode/serials").asInt()).isEqualTo(3);
        assertThat(json(made).at("/enrollmentCode/uses").asInt()).isEqualTo(2);
        String secret = json(made).path("secret").asString();
        api.enrolled("A-1", secret);
        CommandRun list = ok("enrollment", "list");
        assertThat(list.out()).contains("open", "batch 7").doesNotContain(secret);
        String id = json(made).at("/enrollmentCode/id").asString();
        ok("enrollment", "withdraw", id);
        assertThat(ok("enrollment", "list").out()).contains("withdrawn");
    }

    @Test
    void refusesAnEnrollmentWithoutASerialOrWithOneTwice() {
        ok("product", "create", "tank");
        CommandRun none = run("enrollment", "create", "--product", "tank");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("give --serial or --serials-file");
        CommandRun twice =
                run("enrollment", "create", "--product", "tank", "--serial", "A", "--serial", "A");
        assertThat(twice.exitCode()).isEqualTo(2);
        assertThat(twice.err()).contains("'A' is there twice");
        CommandRun malformed = run("enrollment", "create", "--product", "tank", "--serial", "a b");
        assertThat(malformed.exitCode()).isEqualTo(1);
        assertThat(malformed.err()).contains("/serials/0");
        CommandRun unread =
                run("enrollment", "create", "--product", "tank", "--serials-file", "/no/file");
        assertThat(unread.exitCode()).isEqualTo(3);
    }

    @Test
    void decidesOnWaitingDevices() {
        ok("product", "create", "tank");
        String code =
                json(ok(
                                "enrollment",
                                "create",
                                "--product",
                                "tank",
                                "--serial",
                                "A-1",
                                "--serial",
                                "A-2",
                                "--approval",
                                "-o",
                                "json"))
                        .path("secret")
                        .asString();
        KeyPair first = TestKeys.p256();
        KeyPair second = TestKeys.p256();
        assertThat(api.enroll("A-1", code, first)).isInstanceOf(EnrollmentOutcome.Pending.class);
        assertThat(api.enroll("A-2", code, second)).isInstanceOf(EnrollmentOutcome.Pending.class);
        JsonNode pending = json(ok("enrollment", "pending", "-o", "json")).path("items");
        assertThat(pending).hasSize(2);
        ok("enrollment", "approve", pending.at("/0/id").asString());
        ok("enrollment", "deny", pending.at("/1/id").asString(), "--reason", "unknown");
        assertThat(api.enroll("A-1", code, first)).isInstanceOf(EnrollmentOutcome.Issued.class);
        assertThat(api.enroll("A-2", code, second)).isInstanceOf(EnrollmentOutcome.Refused.class);
        CommandRun again = run("enrollment", "approve", pending.at("/1/id").asString());
        assertThat(again.exitCode()).isEqualTo(1);
    }

    @Test
    void cutsAConnectedDeviceOffBySerial() {
        AuthenticatedDevice device = device("tank-1");
        ObedientDevice session = new ObedientDevice(api, device, ObedientDevice.succeeded());
        assertThat(ok("device", "show", "tank-1").out()).contains("CONNECTED", "true");
        CommandRun revoked = ok("device", "revoke", "tank-1", "--reason", "stolen");
        assertThat(revoked.out()).contains("revoked", "stolen");
        assertThat(session.farewell()).isCompletedWithValue(FarewellReason.DEVICE_REVOKED);
        assertThat(ok("device", "certificates", "tank-1").out()).contains("revoked");
        CommandRun back = run("device", "reinstate", "tank-1", "--reason", "found");
        assertThat(back.exitCode()).isEqualTo(1);
        assertThat(back.err()).contains("revoked");
        assertThat(ok("audit", "list").out()).contains("device.revoked", "stolen");
    }

    @Test
    void suspendsQuarantinesAndReinstatesById() {
        String id = device("tank-1").id().toString();
        assertThat(ok("device", "suspend", id, "--reason", "moves").out()).contains("suspended");
        assertThat(ok("device", "list", "--status", "suspended").lines()).hasSize(2);
        assertThat(ok("device", "reinstate", id, "--reason", "back").out()).contains("active");
        assertThat(ok("device", "quarantine", id, "--reason", "odd").out()).contains("quarantined");
        assertThat(ok("device", "list", "--status", "active").lines()).hasSize(1);
        assertThat(ok("device", "list", "--product", "product-of-tank-1").lines()).hasSize(2);
        assertThat(run("device", "suspend", id).exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, there is no device with the id or serial 'nobody'",
        "0199a6a0-7c00-7000-8000-00000000beef, there is no device with the id or serial",
        "a b/../c, serial",
    })
    void saysThatADeviceIsUnknown(String name, String sentence) {
        CommandRun run = run("device", "show", name);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(sentence).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void steersTheDesiredState() {
        device("tank-1");
        CommandRun changed =
                ok("device", "desire", "tank-1", "light=on", "brightness=70", "-o", "json");
        assertThat(json(changed).at("/desired/state/light").asString()).isEqualTo("on");
        assertThat(json(changed).at("/desired/state/brightness").asInt()).isEqualTo(70);
        assertThat(ok("device", "state", "tank-1").out())
                .contains("reported  version 0", "desired  version 1", "\"light\" : \"on\"");
        CommandRun late = run("device", "desire", "tank-1", "light=off", "--if-version", "7");
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.err()).contains("changed meanwhile");
        ok("device", "desire", "tank-1", "brightness=null", "--if-version", "1");
        assertThat(ok("device", "state", "tank-1").out()).doesNotContain("brightness");
        assertThat(run("device", "desire", "tank-1", "nonsense").exitCode()).isEqualTo(2);
        assertThat(run("device", "desire", "tank-1").exitCode()).isEqualTo(2);
    }

    @Test
    void showsWhatADeviceToldWithoutObeyingIt() throws Exception {
        AuthenticatedDevice device = device("tank-1");
        // U+009B is one byte of JSON text that a terminal takes for the start of a command.
        api.told(device, "{\"name\":\"\u009b2Jx\",\"temperature\":24.50}");
        CommandRun table = ok("device", "telemetry", "tank-1", "--limit", "5");
        assertThat(table.out()).contains("\\u009b2Jx", "24.5").doesNotContain("\u009b");
        CommandRun asJson = ok("device", "telemetry", "tank-1", "-o", "json");
        assertThat(asJson.out()).contains("24.5").doesNotContain("\u009b");
        assertThat(json(asJson).at("/items/0/reading/name").asString()).isEqualTo("\u009b2Jx");
        api.happened(device, "leak", "{\"ml\":3}");
        assertThat(ok("device", "events", "tank-1", "--oldest-first").out()).contains("leak");
        CommandRun future =
                ok("device", "events", "tank-1", "--from", "2999-01-01T00:00:00Z", "-o", "json");
        assertThat(json(future).path("items")).isEmpty();
        assertThat(run("device", "events", "tank-1", "--from", "yesterday").exitCode())
                .isEqualTo(2);
    }

    @Test
    void waitsForACommandToBeDone() {
        new ObedientDevice(api, device("tank-1"), ObedientDevice.succeeded());
        CommandRun sent = ok("command", "send", "tank-1", "feed", "grams=5", "--wait", "30s");
        assertThat(sent.out()).contains("succeeded", "{\"grams\":5}");
        CommandRun list = ok("command", "list", "tank-1", "-o", "json");
        String id = json(list).at("/items/0/id").asString();
        assertThat(ok("command", "show", "tank-1", id, "--wait", "10s").out())
                .contains("succeeded");
    }

    @Test
    void saysThatADeviceCouldNotDoIt() {
        new ObedientDevice(api, device("tank-1"), new CommandReply.Failed("the feeder is empty"));
        CommandRun sent = run("command", "send", "tank-1", "feed", "--wait", "30s");
        assertThat(sent.exitCode()).isEqualTo(1);
        assertThat(sent.out()).contains("the feeder is empty");
        assertThat(sent.err()).contains("the device did not do it: the command is failed");
    }

    @Test
    void queuesForADeviceThatIsAwayAndCallsBack() {
        device("tank-1");
        CommandRun sent =
                ok(
                        "command",
                        "send",
                        "tank-1",
                        "set-light",
                        "--arguments",
                        "{\"on\":true}",
                        "--expires",
                        "1h",
                        "--timeout",
                        "30s",
                        "-o",
                        "json");
        assertThat(json(sent).path("state").asString()).isEqualTo("queued");
        assertThat(json(sent).path("replyTimeoutSeconds").asInt()).isEqualTo(30);
        String id = json(sent).path("id").asString();
        CommandRun waited = run("command", "show", "tank-1", id, "--wait", "1s");
        assertThat(waited.exitCode()).isEqualTo(1);
        assertThat(waited.err()).contains("still queued");
        assertThat(ok("command", "cancel", "tank-1", id).out()).contains("cancelled");
        assertThat(run("command", "cancel", "tank-1", id).exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "feed|x=1|--arguments|{}|2",
                "feed|--arguments|[1]|--verbose|2",
                "feed|--arguments|{|--verbose|2",
                "feed|--wait|soon|--verbose|2",
                "Feed me|a=1|b=2|--verbose|1",
            })
    void refusesAMalformedCommand(
            String name, String first, String second, String third, int exitCode) {
        device("tank-1");
        CommandRun run = run("command", "send", "tank-1", name, first, second, third);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(ok("command", "list", "tank-1").lines()).hasSize(1);
    }

    @Test
    void makesAndRevokesATokenThatCanDoOnlyWhatItsRoleMay() throws Exception {
        CommandRun made = ok("token", "create", "report", "--role", "auditor", "--life", "1d");
        String secret = made.out().replaceAll("(?s).*(bwt_[^\\s]+).*", "$1");
        assertThat(ok("token", "list").out()).contains("report", "auditor").doesNotContain(secret);
        Path profile = configuration.resolve("auditor.toml");
        String text = Files.readString(configuration.resolve("breakwater/profile.toml"));
        Files.writeString(profile, text.replaceAll("token = .*", "token = \"" + secret + "\""));
        Files.setPosixFilePermissions(profile, PosixFilePermissions.fromString("rw-------"));
        ok("audit", "list", "--profile", profile.toString());
        CommandRun refused = run("product", "create", "x", "--profile", profile.toString());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("products:write");
        String id = secret.replaceAll("bwt_([^_]+)_.*", "$1");
        ok("token", "revoke", id);
        CommandRun after = run("audit", "list", "--profile", profile.toString());
        assertThat(after.exitCode()).isEqualTo(1);
        assertThat(after.err()).contains("the token of the profile is not accepted");
        assertThat(run("token", "create", "x", "--role", "king").exitCode()).isEqualTo(2);
    }

    private AuthenticatedDevice device(String serial) {
        ok("product", "create", "product-of-" + serial);
        String[] words =
                "enrollment create -o json --product product-of-%s --serial %s"
                        .formatted(serial, serial)
                        .split(" ", -1);
        JsonNode made = json(ok(words));
        return api.enrolled(serial, made.path("secret").asString());
    }

    private String root() {
        return Fingerprint.of(api.pki().root()).toString();
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
