/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.ca.sealing.Passphrase;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.est.EnrollmentOutcome;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.testkit.pki.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * I7: after a day's work no secret lies in clear in the data directory, in the device's storage or
 * in any output at the most talkative log level. The server is killed, so that its write-ahead log
 * and whatever else it would tidy up is still there.
 */
@Tag("system")
final class SecretCanaryTest {

    private static final String PRODUCT = "Coral canary tank";
    private static final String TANK = "CANARY-0001";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int P256_BYTES = 32;

    @TempDir Path directory;

    private final List<Canary> told = new ArrayList<>();
    private final List<String> printed = new ArrayList<>();

    @Test
    void leavesNoSecretInClearUnderASealingKeyFile() throws Exception {
        ServerPlace place = ServerPlace.in(directory).with("BREAKWATER_LOG", "DEBUG");
        workADay(place);

        byte[] sealingKey =
                Base64.getDecoder().decode(Files.readString(place.sealingKey()).strip());
        CanarySearch search = new CanarySearch(directory, printed);
        search.addAtHome(Canary.bytes("the sealing key", sealingKey), place.sealingKey());
        search.addAtHome(
                Canary.text(
                        "the sealing key's text", Base64.getEncoder().encodeToString(sealingKey)),
                place.sealingKey());
        addKeys(search, place, SealingKey.of(sealingKey));

        assertThat(search.findings()).isEmpty();
        assertSearched(search, place);
    }

    @Test
    void leavesNoSecretInClearUnderAPassphrase() throws Exception {
        String passphrase = "tide-pool anemone " + HexFormat.of().toHexDigits(System.nanoTime());
        Path file = directory.resolve("passphrase");
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, passphrase + "\n");
        ServerPlace place =
                ServerPlace.configured(
                                directory,
                                List.of("[sealing-key]", "passphrase-file = \"" + file + "\""))
                        .with("BREAKWATER_LOG", "DEBUG")
                        .with("BREAKWATER_LOG_FORMAT", "json");
        workADay(place);

        CanarySearch search = new CanarySearch(directory, printed);
        search.addAtHome(Canary.text("the passphrase", passphrase), file);
        SecretText text = SecretText.of(passphrase.toCharArray());
        addKeys(search, place, new Passphrase(text, place.data()).open());

        assertThat(search.findings()).isEmpty();
        assertSearched(search, place);
    }

    /** Without this, an empty list of findings would say nothing. */
    @Test
    void searchFindsASecretInEveryForm() throws Exception {
        byte[] secret = "planted for the control".getBytes(StandardCharsets.UTF_8);
        Canary canary = Canary.bytes("the control", secret);
        String text = new String(secret, StandardCharsets.UTF_8);
        List<String> ways =
                List.of(
                        "before " + text + " after",
                        HexFormat.of().formatHex(secret),
                        HexFormat.of().withUpperCase().formatHex(secret),
                        base64(text),
                        base64("x" + text + "y"),
                        base64("xx" + text),
                        base64("device:" + text + "?"));
        for (int way = 0; way < ways.size(); way++) {
            Files.writeString(directory.resolve("way-" + way), ways.get(way));
        }
        Files.writeString(directory.resolve("innocent"), "planted for the contrast");

        List<String> findings =
                new CanarySearch(directory, List.of("it says " + text)).add(canary).findings();

        assertThat(findings).hasSize(ways.size() + 1).noneMatch(one -> one.contains("innocent"));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything in which a secret is made, shown, typed wrongly or used. */
    private void workADay(ServerPlace place) throws Exception {
        try (ServerProcess server = ServerProcess.start(place)) {
            told.add(Canary.text("the setup code", server.setupCode()));
            try (Administrator administrator = Administrator.setUp(server)) {
                tellToken("the first token", administrator.token());
                tellToken("another token", administrator.createToken("reader"));
                String product = administrator.createProduct(PRODUCT);
                String code =
                        administrator.createEnrollmentCode(product, List.of(TANK, "CANARY-0002"));
                told.add(Canary.text("the enrollment code", secretPart(code)));
                runTank(server, administrator, code);
                ServerTrust trust = EnrolledDevice.trust(server);
                EnrolledDevice.enroll(place, trust, "CANARY-0002", code);
                showUsedSecrets(server, trust, code);
                administrator.revoke(administrator.device("CANARY-0002").path("id").asString());
            }
            server.kill();
            printed.addAll(withoutAnnouncement(server.process()));
        }
    }

    /** A refusal is logged and audited, and must not quote what was shown. */
    private static void showUsedSecrets(ServerProcess server, ServerTrust trust, String code)
            throws Exception {
        assertThatThrownBy(() -> Administrator.setUp(server)).isInstanceOf(CommandFailed.class);
        EnrollmentOutcome outcome =
                EnrolledDevice.ask(
                        server.place(), trust, new DeviceSerial(TANK), code, TestKeys.p256());
        assertThat(outcome).isInstanceOf(EnrollmentOutcome.Refused.class);
    }

    private void tellToken(String name, String token) {
        told.add(Canary.text(name, secretPart(token)));
        told.add(Canary.bytes(name + ", decoded", HexFormat.of().parseHex(secretPart(token))));
    }

    /** {@code bwt_<id>_<secret>}: the id is no secret. */
    private static String secretPart(String text) {
        return text.substring(text.lastIndexOf('_') + 1);
    }

    private void runTank(ServerProcess server, Administrator administrator, String code)
            throws Exception {
        Path provisioning = directory.resolve("tank.json");
        Files.writeString(provisioning, server.provisioning(TANK, code));
        try (FishTankFirmware tank =
                FishTankFirmware.start(
                        new ProvisioningFile(provisioning),
                        directory.resolve("tank"),
                        new SimulatedTank(Clock.systemUTC(), 1).hardware(),
                        _ -> {},
                        AgentEnvironment.ofSystem())) {
            assertThat(tank.flush(PATIENCE)).as("the tank reports").isTrue();
            String device = administrator.device(TANK).path("id").asString();
            String command =
                    administrator.sendCommand(
                            device, "feed", Administrator.object().put("portions", 1));
            JsonNode ended = administrator.awaitCommand(device, command, Duration.ofSeconds(20));
            assertThat(ended.path("state").asString()).isEqualTo("succeeded");
            assertThat(administrator.telemetry(device)).isNotEmpty();
            administrator.revoke(device);
        }
    }

    /** The setup code is there to be read, in two lines of the first start. */
    private static List<String> withoutAnnouncement(RunningProcess process) {
        List<String> lines = new ArrayList<>(process.out());
        lines.addAll(process.err());
        assertThat(lines.removeIf(line -> line.startsWith("  setup code "))).isTrue();
        assertThat(lines.removeIf(line -> line.startsWith("next: breakwater setup "))).isTrue();
        return lines;
    }

    private void addKeys(CanarySearch search, ServerPlace place, SealingKey sealingKey)
            throws Exception {
        told.forEach(search::add);
        for (String role : List.of("root", "issuing")) {
            byte[] sealed = Files.readAllBytes(place.data().resolve("ca/" + role + ".key.sealed"));
            byte[] context = ("breakwater ca key: " + role).getBytes(StandardCharsets.US_ASCII);
            addKey(search, "the CA's " + role + " key", ec(sealingKey.open(sealed, context)));
        }
        addKey(search, "the listeners' key", ListenerKey.of(place, sealingKey).key());
        Path wrappingKey = directory.resolve("tank.key");
        search.addAtHome(
                Canary.bytes("the wrapping key", Files.readAllBytes(wrappingKey)), wrappingKey);
        SealedFileKeys deviceKeys =
                new SealedFileKeys(
                        new SealedStorage(
                                DirectoryDisk.open(directory.resolve("tank")),
                                WrappingKeyFile.openOrCreate(wrappingKey)));
        Set<String> names = deviceKeys.names();
        assertThat(names).isNotEmpty();
        for (String name : names) {
            DeviceKey key = deviceKeys.find(name).orElseThrow();
            addKey(search, "the tank's key " + name, key.privateKey());
        }
    }

    private static void addKey(CanarySearch search, String name, PrivateKey key) {
        ECPrivateKey ec = (ECPrivateKey) key;
        search.add(Canary.bytes(name, Canary.scalar(ec.getS(), P256_BYTES)));
    }

    private static PrivateKey ec(byte[] pkcs8) throws Exception {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** The control on the real thing: what is no secret is found where it was put. */
    private void assertSearched(CanarySearch search, ServerPlace place) throws Exception {
        assertThat(search.files())
                .contains(
                        place.database(),
                        place.database().resolveSibling(place.database().getFileName() + "-wal"));
        assertThat(printed).anyMatch(line -> line.contains("Breakwater listens"));
        assertThat(printed)
                .as("the most talkative log, as text or as JSON")
                .anyMatch(one -> one.contains(" DEBUG ") || one.contains("\"DEBUG\""));
        List<String> control =
                new CanarySearch(directory, printed)
                        .add(Canary.text("the product's name", PRODUCT))
                        .findings();
        assertThat(control).anyMatch(one -> one.startsWith("the product's name is in data/"));
    }
}
