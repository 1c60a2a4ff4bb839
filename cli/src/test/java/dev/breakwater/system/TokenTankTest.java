/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.ServerAssembly;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.token.SoftHsm;
import dev.breakwater.testkit.token.SoftTpm;
import dev.breakwater.testkit.token.TestToken;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A device whose key lies in a token lives at a real server, and its own storage holds no key. */
@Tag("system")
@Timeout(180)
final class TokenTankTest {

    private static final String TANK = "TANK-0007";

    /** How an EC private key begins (RFC 5915): version 1, then 32 octets. */
    private static final String EC_PRIVATE_KEY = "0201010420";

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private Path data;

    enum Kind {
        SOFT_HSM,
        SOFT_TPM
    }

    @BeforeEach
    void setUp() {
        data = directory.resolve("tank");
    }

    @ParameterizedTest
    @EnumSource
    void enrollsConnectsAndRenewsWithKeysThatNeverLeaveTheToken(Kind kind) throws Exception {
        try (TestToken token = make(kind);
                RunningServer server = ServerAssembly.start(configuration(), clock);
                Administrator administrator = Administrator.setUp(server)) {
            String product = administrator.createProduct("Coral tank");
            String code = administrator.createEnrollmentCode(product, List.of(TANK));
            Path provisioning = provision(server, token, code);

            List<String> said = runTank(token, provisioning);

            String output = String.join("\n", said);
            assertThat(said).as(output).contains("renewed=true", "reported=true", "keys=1");
            assertThat(output).contains("hardware-key").doesNotContain(TestToken.PIN);
            JsonNode device = administrator.device(TANK);
            JsonNode certificates = administrator.certificates(device.path("id").asString());
            assertThat(certificates.size()).isEqualTo(2);
            assertThat(administrator.telemetry(device.path("id").asString())).isNotEmpty();
            assertThat(Files.readString(provisioning)).contains("pkcs11").doesNotContain(code);
        }
        assertThat(storage().names()).containsExactly("clock-floor", "credentials", "server-trust");
        assertThat(everythingIn(data)).doesNotContain(EC_PRIVATE_KEY);
    }

    /** Without this, the search above would say nothing. */
    @Test
    void searchFindsAKeyInSealedStorage() throws Exception {
        var _ = new SealedFileKeys(storage()).generate();
        assertThat(everythingIn(data)).contains(EC_PRIVATE_KEY);
    }

    private TestToken make(Kind kind) throws Exception {
        Path place = Files.createDirectory(directory.resolve("token"));
        return switch (kind) {
            case SOFT_HSM -> {
                SoftHsm.missing().ifPresent(reason -> abort(reason));
                yield SoftHsm.make(place);
            }
            case SOFT_TPM -> {
                SoftTpm.missing().ifPresent(reason -> abort(reason));
                yield SoftTpm.make(place);
            }
        };
    }

    private ServerConfiguration configuration() {
        return ServerConfiguration.withDefaults(
                directory.resolve("data"),
                directory.resolve("sealing.key"),
                new ServerNames(List.of("localhost"), List.of(InetAddress.getLoopbackAddress())),
                Listeners.LOOPBACK_ANY);
    }

    private Path provision(RunningServer server, TestToken token, String code) throws IOException {
        ObjectNode told =
                Administrator.object()
                        .put("host", "localhost")
                        .put("channelPort", server.listeners().channel())
                        .put("enrollmentPort", server.listeners().enrollment())
                        .put("rootFingerprint", RootFingerprint.of(server.root()).hex())
                        .put("serial", TANK)
                        .put("enrollmentCode", code);
        told.set(
                "keys",
                Administrator.object()
                        .put("place", "pkcs11")
                        .put("library", token.library().toString())
                        .put("slot", 0)
                        .put("pinFile", token.pinFile().toString()));
        return Files.writeString(directory.resolve("tank.json"), told.toString());
    }

    private List<String> runTank(TestToken token, Path provisioning) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                TokenTankProgram.class.getName(),
                                provisioning.toString(),
                                data.toString())
                        .redirectErrorStream(true);
        builder.environment().putAll(token.environment());
        Process tank = builder.start();
        try {
            List<String> lines = new ArrayList<>();
            BufferedReader said = tank.inputReader(UTF_8);
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                lines.add(line);
                if (line.equals("state=Connected")
                        && lines.stream().filter(line::equals).count() == 1) {
                    // The server first: what time it is the tank has it prove.
                    clock.advance(TokenTankProgram.PAST_DUE);
                    tank.getOutputStream().write('\n');
                    tank.getOutputStream().flush();
                }
            }
            assertThat(tank.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return lines;
        } finally {
            tank.destroyForcibly();
        }
    }

    private SealedStorage storage() throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(data),
                WrappingKeyFile.openOrCreate(directory.resolve("tank.key")));
    }

    /** All files as they lie there, and all contents as whoever has the wrapping key reads them. */
    private String everythingIn(Path folder) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.write(Files.readAllBytes(file));
            }
        }
        SealedStorage storage = storage();
        for (String name : storage.names()) {
            all.write(storage.read(name).orElseThrow());
        }
        return HexFormat.of().formatHex(all.toByteArray());
    }
}
