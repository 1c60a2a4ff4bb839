/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.tpm.Endorsement;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.token.BareTpm;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A device with a TPM shows a real server that its key is in it. */
@Tag("system")
@Timeout(180)
final class AttestedTankTest {

    private static final String TANK = "TANK-0007";

    @TempDir Path directory;

    @Test
    void aTankWhoseTpmIsListedIsAttested() throws Exception {
        assertThat(life(true)).contains("credential.attested");
    }

    @Test
    void aTankWhoseTpmNobodyListedIsRefused() throws Exception {
        assertThat(life(false)).doesNotContain("credential.attested");
    }

    private List<String> life(boolean listed) throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        try (BareTpm tpm = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
                ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
                Administrator administrator = Administrator.setUp(server)) {
            String product = administrator.createProduct("Coral tank");
            String code = administrator.createEnrollmentCode(product, List.of(TANK));
            if (listed) {
                var _ = administrator.believeTpm(fingerprint(tpm));
            }
            ObjectNode told =
                    (ObjectNode) JsonMapper.shared().readTree(server.provisioning(TANK, code));
            told.set(
                    "keys",
                    Administrator.object()
                            .put("place", "tpm")
                            .put("device", tpm.socket().toString()));
            Path file = Files.writeString(directory.resolve("tank.json"), told.toString());
            try (FishTankFirmware tank =
                    FishTankFirmware.start(
                            new ProvisioningFile(file),
                            directory.resolve("tank"),
                            new SimulatedTank(TestClock.atPresent(), 1).hardware(),
                            _ -> {},
                            AgentEnvironment.ofSystem())) {
                assertThat(tank.flush(Duration.ofSeconds(60))).isTrue();
                String device = administrator.device(TANK).path("id").asString();
                List<String> actions = administrator.actions(device);
                for (int i = 0; i < 200 && !actions.toString().contains("attest"); i++) {
                    actions = administrator.actions(device);
                }
                return actions;
            }
        }
    }

    private static String fingerprint(BareTpm tpm) throws Exception {
        Endorsement endorsement = Tpm.at(tpm.socket()).endorsement();
        byte[] key =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        endorsement.certificate().orElseThrow().bytes()))
                        .getPublicKey()
                        .getEncoded();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
    }
}
