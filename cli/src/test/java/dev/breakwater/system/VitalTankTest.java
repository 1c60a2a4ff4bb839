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
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
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

    private static final String RENEWAL = "breakwater-renewal";

    /**
     * A certificate of such a product lives for seven days and is renewed in the fifth or sixth.
     */
    private static final Duration RENEWAL_DUE = Duration.ofDays(5).plusHours(12);

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
            String device = tank.passRestsUntil(AgentState.Connected.class).deviceId().toString();
            tank.report(24.5);

            assertThat(server.assurances()).containsOnly("attested");
            assertThat(server.tank().path("connected").asBoolean()).isTrue();
            assertThat(server.administrator().telemetry(device)).hasSize(1);
            assertThat(server.administrator().actions(device)).contains("credential.attested");
        }
    }

    /** Asked until the waits have grown: neither patience nor haste lets it in. */
    @Test
    void aTankWhoseTpmNobodyListedIsNeverLetIn() throws Exception {
        try (AttestingTank tank = startNew()) {
            for (int i = 0; i < 7; i++) {
                tank.passRestsUntil(AgentState.Refused.class);
            }

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

            tank.passRestsUntil(AgentState.Connected.class);

            tank.report(24.5);
            assertThat(server.assurances().getLast()).isEqualTo("attested");
        }
    }

    @Test
    void aRenewedKeyIsAttestedAnew() throws Exception {
        server.believe(Tpm.at(tpm.socket()));
        try (AttestingTank tank = startNew()) {
            tank.passRestsUntil(AgentState.Connected.class);
            PublicKey before = tank.key();
            List<String> refusals = server.administrator().refusals();
            letRenewalFallDue();

            tank.await(AgentState.Connected.class);

            assertThat(tank.key()).isNotEqualTo(before);
            assertThat(server.assurances()).endsWith("attested", "attested");
            // The former one served until its successor was sure to be let in.
            assertThat(server.administrator().refusals()).isEqualTo(refusals);
        }
    }

    @Test
    void theFormerKeyServesUntilItsSuccessorIsAttested() throws Exception {
        String entry = server.believe(Tpm.at(tpm.socket()));
        try (AttestingTank tank = startNew()) {
            tank.passRestsUntil(AgentState.Connected.class);
            PublicKey before = tank.key();
            int heard = tank.heard().size();
            server.administrator().believeTpmNoMore(entry);
            letRenewalFallDue();
            Duration rest = server.time().awaitRestOf(RENEWAL);

            assertThat(server.assurances()).endsWith("attested", "hardware-key");
            assertThat(server.administrator().refusals())
                    .contains(RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED.code());
            tank.report(24.5);
            assertThat(tank.key()).isEqualTo(before);

            server.believe(Tpm.at(tpm.socket()));
            server.time().advance(rest);
            tank.await(AgentState.Connected.class);

            assertThat(tank.key()).isNotEqualTo(before);
            assertThat(server.assurances()).endsWith("attested", "attested");
            assertThat(tank.heard().subList(heard, tank.heard().size()))
                    .noneMatch(AgentState.Refused.class::isInstance);
        }
    }

    /** Once the tank waits for it, so that it does not begin to wait an hour just afterwards. */
    private void letRenewalFallDue() throws Exception {
        var _ = server.time().awaitRestOf(RENEWAL);
        server.time().advance(RENEWAL_DUE);
    }

    private AttestingTank startNew() throws Exception {
        return AttestingTank.startNew(server, directory.resolve("tank"), keys);
    }
}
