/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.testkit.token.BareTpm;
import dev.breakwater.testkit.token.SoftHsm;
import dev.breakwater.testkit.token.SoftTpm;
import dev.breakwater.testkit.token.TestToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tank whose key lies in a token or a TPM, in processes of its own that its launcher starts,
 * fetches a release from a real server's port for devices by mutual TLS, and restarts into it.
 */
@Tag("system")
@Timeout(400)
final class HardwareKeyUpdateTest {

    private static final String TANK = "TANK-0022";

    /** How an EC private key begins (RFC 5915): version 1, then 32 octets. */
    private static final String EC_PRIVATE_KEY = "0201010420";

    @TempDir Path directory;

    enum Kind {
        PKCS11_SOFT_HSM,
        PKCS11_SOFT_TPM,
        TPM
    }

    /**
     * A place of keys.
     *
     * @param told what the tank's provisioning says of it
     * @param environment what a process needs that uses it
     */
    private record Place(ObjectNode told, Map<String, String> environment, Runnable end)
            implements AutoCloseable {

        @Override
        public void close() {
            end.run();
        }
    }

    @ParameterizedTest
    @EnumSource
    void fetchesAReleaseAndRestartsIntoIt(Kind kind) throws Exception {
        try (Place keys = make(kind);
                ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
                Administrator administrator = Administrator.setUp(server)) {
            String product = administrator.createProduct("Coral tank");
            Maker maker = new Maker(administrator, product, directory.resolve("maker"));
            // Of the profiles the one that asks nobody before a device installs.
            administrator.setRiskProfile(product, "low");
            maker.asks("automatic");
            try (LaunchedTank tank =
                    new LaunchedTank(directory.resolve("tank"), maker.archive("1.0", 1, 0))) {
                String code = administrator.createEnrollmentCode(product, List.of(TANK));
                tank.switchOn(
                        keys.environment(),
                        List.of(),
                        FishTankFirmware.class.getName(),
                        provision(server, keys, code).toString(),
                        tank.data().toString());
                String id = maker.awaitRunning(TANK, "1.0").path("id").asString();

                maker.rollOut("1.1", 2, 0, TANK);

                tank.awaitLine("Version 1.1.");
                maker.awaitRollout("1.1", "completed");
                maker.awaitRunning(TANK, "1.1");
                assertThat(tank.said())
                        .containsSubsequence(
                                "starting slot a\n",
                                "Version 1.0.\n",
                                "Restarting into the new version.\n",
                                "starting slot b on trial\n",
                                "Version 1.1.\n",
                                "Connected.\n")
                        .doesNotContain("No key:", TestToken.PIN);
                assertThat(administrator.certificates(id).size()).isEqualTo(1);
                assertThat(everythingStored(tank.data())).doesNotContain(EC_PRIVATE_KEY);
            }
        }
    }

    private Place make(Kind kind) throws Exception {
        Path place = Files.createDirectory(directory.resolve("keys"));
        return switch (kind) {
            case PKCS11_SOFT_HSM -> {
                SoftHsm.missing().ifPresent(reason -> abort(reason));
                yield of(SoftHsm.make(place));
            }
            case PKCS11_SOFT_TPM -> {
                SoftTpm.missing().ifPresent(reason -> abort(reason));
                yield of(SoftTpm.make(place));
            }
            case TPM -> {
                BareTpm.missing().ifPresent(reason -> abort(reason));
                yield of(BareTpm.make(place));
            }
        };
    }

    private static Place of(BareTpm tpm) {
        return new Place(
                Administrator.object().put("place", "tpm").put("device", tpm.socket().toString()),
                Map.of(),
                tpm::close);
    }

    private static Place of(TestToken token) {
        return new Place(
                Administrator.object()
                        .put("place", "pkcs11")
                        .put("library", token.library().toString())
                        .put("slot", 0)
                        .put("pinFile", token.pinFile().toString()),
                token.environment(),
                token::close);
    }

    private Path provision(ServerProcess server, Place keys, String code) throws Exception {
        ObjectNode told =
                (ObjectNode) JsonMapper.shared().readTree(server.provisioning(TANK, code));
        told.set("keys", keys.told());
        return Files.writeString(directory.resolve("tank.json"), told.toString());
    }

    /** What whoever has the disk and its wrapping keys reads in sealed storage. */
    private static String everythingStored(Path data) throws Exception {
        StringBuilder all = new StringBuilder();
        for (String suffix : List.of("", ".survivors")) {
            Path place = data.resolveSibling(data.getFileName() + suffix);
            SealedStorage storage =
                    new SealedStorage(
                            DirectoryDisk.open(place),
                            WrappingKeyFile.openOrCreate(
                                    place.resolveSibling(place.getFileName() + ".key")));
            for (String name : storage.names()) {
                all.append(HexFormat.of().formatHex(storage.read(name).orElseThrow()));
            }
        }
        assertThat(all).isNotEmpty();
        return all.toString();
    }
}
