/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.AgentState;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.token.BareTpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices of the risk profile vital, with a TPM, at a server that lets in attested keys alone. */
@Tag("system")
@Timeout(120)
final class VitalTankTest {

    /** Manufacturing takes longer than all else, and what a test leaves in it is nothing. */
    @TempDir static Path factory;

    private static Optional<BareTpm> made = Optional.empty();

    @TempDir Path directory;
    private BareTpm tpm;
    private KeyPlace keys;
    private AttestingServer server;

    @BeforeAll
    static void makeTpm() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(factory.resolve("tpm"))));
    }

    @AfterAll
    static void endTpm() {
        made.ifPresent(BareTpm::close);
    }

    @BeforeEach
    void start() throws Exception {
        tpm = made.orElseThrow();
        keys = new KeyPlace.Tpm(tpm.socket());
        server = new AttestingServer(directory);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aTankWhoseTpmIsListedAttestsByItselfAndIsLetIn() throws Exception {
        server.believe(Tpm.at(tpm.socket()));
        try (AttestingTank tank = startNew()) {
            String device = tank.await(AgentState.Connected.class).deviceId().toString();
            tank.report(24.5);

            assertThat(server.assurances()).containsExactly("attested");
            assertThat(server.tank().path("connected").asBoolean()).isTrue();
            assertThat(server.administrator().telemetry(device)).hasSize(1);
            assertThat(server.administrator().actions(device)).contains("credential.attested");
            // It was let in as soon as it was attested: nobody refused it for good before.
            assertThat(tank.heard()).noneMatch(AgentState.Refused.class::isInstance);
        }
    }

    /** Asked until the waits have grown: neither patience nor haste lets it in. */
    @Test
    void aTankWhoseTpmNobodyListedIsNeverLetIn() throws Exception {
        try (AttestingTank tank = startNew()) {
            for (int i = 0; i < 6; i++) {
                tank.await(AgentState.Refused.class);
                tank.passRest();
            }
            tank.await(AgentState.Refused.class);

            assertThat(tank.heard()).noneMatch(AgentState.Connected.class::isInstance);
            assertThat(server.assurances()).containsExactly("hardware-key");
            assertThat(server.tank().path("connected").asBoolean()).isFalse();
            assertThat(server.administrator().refusals())
                    .contains(
                            RefusalReason.ASSURANCE_TOO_LOW.code(),
                            RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED.code());
        }
    }

    @Test
    void aTankIsLetInByItselfOnceItsTpmIsListed() throws Exception {
        try (AttestingTank tank = startNew()) {
            tank.await(AgentState.Refused.class);
            assertThat(server.administrator().refusals())
                    .contains(RefusalReason.ASSURANCE_TOO_LOW.code());
            server.believe(Tpm.at(tpm.socket()));

            tank.passRestsUntilConnected();

            tank.report(24.5);
            assertThat(server.assurances().getLast()).isEqualTo("attested");
        }
    }

    private AttestingTank startNew() throws Exception {
        return AttestingTank.startNew(server, directory.resolve("tank"), keys);
    }
}
