/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.identity.AuthenticatedDevice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keys, sealing and opening at the command line, against the real API. */
@Tag("system")
@Timeout(120)
class EnvelopeCommandTest {

    private static final String PASSPHRASE = "kettle orbit walnut seven fjord";
    private static final TopicName TELEMETRY = TopicName.of(Topics.TELEMETRY);

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
    void makesAKeyThatOnlyItsOwnerReadsAndNeverReplacesOne() throws Exception {
        Path file = configuration.resolve("reef.key");
        CommandRun made = newKey(file);
        assertThat(made.err()).contains("next: breakwater envelope add --key " + file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.out() + made.err() + Files.readString(file)).doesNotContain(PASSPHRASE);
        String before = Files.readString(file);
        CommandRun again =
                CommandRun.piped(
                        configuration, PASSPHRASE + "\n", "envelope", "new-key", file.toString());
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.err()).contains("is not replaced");
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @Test
    void makesNoKeyWithAPassphraseThatCanBeTriedOut() {
        Path file = configuration.resolve("reef.key");
        CommandRun tooShort =
                CommandRun.piped(
                        configuration, "fifteen letters\n", "envelope", "new-key", file.toString());
        assertThat(tooShort.exitCode()).isEqualTo(2);
        assertThat(tooShort.err()).contains("at least 16").hasLineCount(1);
        assertThat(file).doesNotExist();
        List<String> asked = new ArrayList<>();
        CommandRun mistyped =
                CommandRun.answering(
                        configuration,
                        asked,
                        PASSPHRASE + "\n" + PASSPHRASE + "x\n",
                        "envelope",
                        "new-key",
                        file.toString());
        assertThat(mistyped.exitCode()).isEqualTo(2);
        assertThat(asked).hasSize(2);
        assertThat(file).doesNotExist();
    }

    @Test
    void entersRotatesAndRetiresKeys() throws Exception {
        Path file = configuration.resolve("reef.key");
        String sha256 = json(newKey(file)).path("sha256").asString();
        CommandRun added = ok("envelope", "add", "--key", file.toString());
        assertThat(added.out()).contains("organization", sha256);
        assertThat(added.err()).contains("next: breakwater product sealing PRODUCT");
        CommandRun twice = run("envelope", "add", "--key", file.toString());
        assertThat(twice.exitCode()).isEqualTo(1);
        assertThat(twice.err()).contains("has this key already").hasLineCount(1);

        String first = json(ok("envelope", "rotate", "-o", "json")).path("shortId").asString();
        assertThat(run("envelope", "retire", first).err()).contains("rotate first");
        ok("envelope", "rotate", "--others-open", "30d");
        assertThat(ok("envelope", "list").lines()).hasSize(4);
        assertThat(ok("envelope", "retire", first).err()).contains("Retired the key " + first);
        ok("envelope", "retire", sha256);
        assertThat(ok("envelope", "list").lines()).hasSize(2);
        CommandRun gone = run("envelope", "retire", sha256);
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err()).contains("breakwater envelope list shows what there is");
    }

    @Test
    void refusesWhatIsNoKey() throws Exception {
        assertThat(run("envelope", "add").exitCode()).isEqualTo(2);
        Path file = Files.writeString(configuration.resolve("no.key"), "{}");
        CommandRun noKey = run("envelope", "add", "--key", file.toString());
        assertThat(noKey.exitCode()).isEqualTo(2);
        assertThat(noKey.err()).contains("is no key file; breakwater envelope new-key makes one");
        assertThat(run("envelope", "add", "--key", "/no/file").exitCode()).isEqualTo(3);
        assertThat(run("envelope", "add", "AAAA").exitCode()).isEqualTo(1);
    }

    @Test
    void statesWhetherAProductSealsAndToWhom() {
        ok("product", "create", "tank");
        assertThat(ok("product", "sealing", "tank").out()).contains("allowed", "organization");
        CommandRun set =
                ok("product", "sealing", "tank", "--set", "required", "--recipient", "server");
        assertThat(set.out()).contains("required", "server");
        assertThat(set.err()).contains("Changed the sealing of the product tank.");
        CommandRun kept = ok("product", "sealing", "tank", "--set", "off", "-o", "json");
        assertThat(json(kept).path("recipient").asString()).isEqualTo("server");
        assertThat(run("product", "sealing", "tank", "--set", "maybe").exitCode()).isEqualTo(1);
    }

    @Test
    void showsWhichKeyOfADeviceCommandsAreSealedTo() {
        AuthenticatedDevice device = device("tank-1");
        assertThat(ok("device", "envelope-keys", "tank-1").lines()).hasSize(1);
        ok("device", "envelope-keys", device.id().toString());
        assertThat(run("device", "envelope-keys", "tank-2").exitCode()).isEqualTo(1);
    }

    @Test
    void opensWhatTheServerCannot() throws Exception {
        Path file = configuration.resolve("reef.key");
        AuthenticatedDevice device = device("tank-1");
        Sealer sealer = sealerTo(newKey(file));
        byte[] first = sealer.seal(bytes("{\"celsius\":24.5}"), context(device, TELEMETRY));
        api.told(device, first);
        api.told(device, "{\"celsius\":25}");
        byte[] cbor = HexFormat.of().parseHex("a16763656c73697573181a");
        api.told(device, sealer.seal(cbor, context(device, TELEMETRY)));
        api.told(device, sealer.seal(bytes("warm"), context(device, TELEMETRY)));
        String readings = readings(device);
        assertThat(readings).doesNotContain("24.5");

        CommandRun opened = open(file, device, PASSPHRASE + "\n" + readings, "-o", "json");
        assertThat(opened.exitCode()).as("%s", opened).isZero();
        JsonNode items = json(opened).path("items");
        assertThat(items.at("/0/reading/celsius").asDouble()).isEqualTo(24.5);
        assertThat(items.at("/0/opened").asBoolean()).isTrue();
        assertThat(items.at("/1/reading/celsius").asInt()).isEqualTo(25);
        assertThat(items.at("/1/opened").isMissingNode()).isTrue();
        assertThat(items.at("/2/form").asString()).isEqualTo("cbor");
        assertThat(items.at("/2/reading/celsius").asInt()).isEqualTo(26);
        assertThat(items.at("/3/reading/bytes").asString()).isEqualTo("d2FybQ==");
        assertThat(opened.err()).contains("Opened 3 of 4.").contains("--after ");

        String after = opened.err().replaceAll("(?s).*--after ([0-9]+).*", "$1");
        CommandRun again = open(file, device, PASSPHRASE + "\n" + readings, "--after", after);
        assertThat(again.exitCode()).isEqualTo(5);
        assertThat(again.err()).contains("Opened 0 of 4.").contains("older than what was opened");
    }

    @Test
    void opensEventsAsWhatTheyAre() throws Exception {
        Path file = configuration.resolve("reef.key");
        AuthenticatedDevice device = device("tank-1");
        Sealer sealer = sealerTo(newKey(file));
        TopicName door = TopicName.of(Topics.EVENTS_PREFIX + "door");
        byte[] envelope = sealer.seal(bytes("{\"open\":true}"), context(device, door));
        api.happened(device, "door", envelope);
        api.happened(device, "lid", envelope);
        String events = ok("device", "events", device.id().toString(), "-o", "json").out();
        Path page = Files.writeString(configuration.resolve("events.json"), events);
        CommandRun opened = open(file, device, PASSPHRASE + "\n", page.toString());
        assertThat(opened.exitCode()).isEqualTo(5);
        assertThat(opened.out()).contains("{\"open\":true}");
        assertThat(opened.err())
                .contains("Opened 1 of 2.")
                .contains("it does not open")
                .contains("1 did not open; each is named above");
    }

    /** The server carries what it cannot open, and so cannot tell that it carries it twice. */
    @Test
    void findsAReplayAndWhatIsSealedToSomebodyElse() throws Exception {
        Path file = configuration.resolve("reef.key");
        AuthenticatedDevice device = device("tank-1");
        Sealer sealer = sealerTo(newKey(file));
        byte[] envelope = sealer.seal(bytes("{\"celsius\":24.5}"), context(device, TELEMETRY));
        api.told(device, envelope);
        api.told(device, envelope);
        Sealer other = sealerTo(newKey(configuration.resolve("other.key")));
        api.told(device, other.seal(bytes("{}"), context(device, TELEMETRY)));
        CommandRun opened = open(file, device, PASSPHRASE + "\n" + readings(device));
        assertThat(opened.exitCode()).isEqualTo(5);
        assertThat(opened.err())
                .contains("Opened 1 of 3.")
                .contains("opened before: a replay")
                .contains("sealed to another key");
    }

    @Test
    void opensNothingWithAWrongPassphraseOrAKeyThatOthersRead() throws Exception {
        Path file = configuration.resolve("reef.key");
        AuthenticatedDevice device = device("tank-1");
        var _ = newKey(file);
        CommandRun wrong = open(file, device, PASSPHRASE + "x\n{}");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("the passphrase is wrong").hasLineCount(1);
        CommandRun noReadings = open(file, device, PASSPHRASE + "\n{}");
        assertThat(noReadings.exitCode()).isEqualTo(2);
        assertThat(noReadings.err()).contains("something else than readings");
        assertThat(open(file, device, PASSPHRASE + "\nreadings").err()).contains("is not JSON");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        CommandRun open = open(file, device, PASSPHRASE + "\n{}");
        assertThat(open.exitCode()).isEqualTo(3);
        assertThat(open.err()).contains("chmod 0600 " + file);
    }

    private CommandRun newKey(Path file) {
        CommandRun made =
                CommandRun.piped(
                        configuration,
                        PASSPHRASE + "\n",
                        "envelope",
                        "new-key",
                        file.toString(),
                        "-o",
                        "json");
        assertThat(made.exitCode()).as("%s", made).isZero();
        return made;
    }

    private CommandRun open(Path key, AuthenticatedDevice device, String input, String... more) {
        List<String> words = new ArrayList<>(List.of("envelope", "open", "--key", key.toString()));
        words.addAll(List.of("--organization", device.organization().toString()));
        words.addAll(List.of("--device", device.id().toString()));
        words.addAll(List.of(more));
        return CommandRun.piped(configuration, input, words.toArray(String[]::new));
    }

    private static Sealer sealerTo(CommandRun made) {
        RecipientKey key =
                RecipientKey.of(
                        Suite.X25519_CHACHA20_POLY1305,
                        Base64.getDecoder().decode(json(made).path("publicKey").asString()),
                        new Validity(Instant.EPOCH, Instant.parse("9999-12-31T00:00:00Z")));
        Clock clock = Clock.systemUTC();
        return new Sealer(List.of(key), new ClockSequence(clock), clock);
    }

    private static EnvelopeContext context(AuthenticatedDevice device, TopicName topic) {
        return new EnvelopeContext(
                device.organization().uuid(), device.id(), Direction.FROM_DEVICE, topic);
    }

    private String readings(AuthenticatedDevice device) {
        return ok("device", "telemetry", device.id().toString(), "-o", "json").out();
    }

    private AuthenticatedDevice device(String serial) {
        ok("product", "create", "product-of-" + serial);
        String[] words =
                "enrollment create -o json --product product-of-%s --serial %s"
                        .formatted(serial, serial)
                        .split(" ", -1);
        return api.enrolled(serial, json(ok(words)).path("secret").asString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
