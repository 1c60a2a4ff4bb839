/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.attestation.AttestationPaths;
import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.server.attestation.EndorsementLists;
import dev.breakwater.server.attestation.EndorsementPki;
import dev.breakwater.server.attestation.ImitationTpm;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.testkit.pki.TestPki;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A device with a TPM, its maker in the list, and a server that attests over real TLS. */
abstract class AttestationScene {

    @TempDir Path directory;
    EnrollmentWorld world;
    private TestPki serverPki;
    private EstListener listener;
    EndorsementLists lists;
    EndorsementPki maker;
    Enrolled tank;
    ImitationTpm tpm;

    @BeforeEach
    void listen() throws Exception {
        world = new EnrollmentWorld(directory);
        serverPki = TestPki.create(world.clock);
        listener = world.listen(serverPki);
        lists = new EndorsementLists(world.endorsements, world.limits, world.clock);
        maker = new EndorsementPki("Maker", world.clock.instant());
        lists.enterAuthority(
                world.organization, maker.rootPem(), "Maker", EnrollmentWorld.OPERATOR);
        tank = world.enrolled("tank-1", Assurance.HARDWARE_KEY);
        tpm = ImitationTpm.around(tank.identity().keys());
    }

    @AfterEach
    void close() {
        listener.close();
        world.close();
    }

    Credential credential() {
        return world.credentials.ofDevice(world.organization, tank.id()).getFirst();
    }

    ChallengeRequest request(ImitationTpm of, EndorsementPki by) throws Exception {
        return of.request(
                Optional.of(by.endorse(of.endorsementKeys.getPublic())), by.intermediate());
    }

    Challenge challenge() throws Exception {
        Raw raw = post(AttestationPaths.CHALLENGES, request(tpm, maker).toJson());
        assertThat(raw.status()).isEqualTo(201);
        return Challenge.parse(raw.body().getBytes(UTF_8));
    }

    Raw answer(ChallengeAnswer answer) throws Exception {
        return post(AttestationPaths.ANSWERS, answer.toJson());
    }

    void refusesRequest(ChallengeRequest request, RefusalReason reason) throws Exception {
        refused(post(AttestationPaths.CHALLENGES, request.toJson()), reason);
    }

    void refusesAnswer(RefusalReason reason) throws Exception {
        refused(answer(tpm.answer(challenge())), reason);
        assertThat(credential().assurance()).isEqualTo(Assurance.HARDWARE_KEY);
    }

    /** Reply, audit entry and metric; the reply is the same for all. */
    void refused(Raw raw, RefusalReason reason) throws Exception {
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("est.refused");
        assertThat(refusal.details())
                .containsEntry("reason", reason.code())
                .containsEntry("source", "127.0.0.1");
        assertThat(raw.status()).isEqualTo(403);
        assertThat(raw.head()).contains("Content-Type: application/problem+json");
        assertThat(raw.body()).isEqualTo("{\"title\":\"Not authorized.\",\"status\":403}");
        assertThat(world.refused(reason)).isPositive();
    }

    Raw post(String path, byte[] json) throws Exception {
        return post(tank, path, json);
    }

    Raw post(Enrolled device, String path, byte[] json) throws Exception {
        return exchange(Optional.of(device), path, json);
    }

    Raw exchange(Optional<Enrolled> device, String path, byte[] json) throws Exception {
        RawHttps client =
                new RawHttps(listener.port(), serverPki.root(), device.map(Enrolled::identity));
        return client.exchange(
                """
                POST %s HTTP/1.1\r
                Host: localhost\r
                Connection: close\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """
                                .formatted(path, json.length)
                        + new String(json, ISO_8859_1));
    }

    static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
