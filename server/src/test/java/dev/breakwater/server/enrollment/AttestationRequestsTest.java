/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.attestation.AttestationPaths;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.protocol.attestation.Marshalled;
import dev.breakwater.server.attestation.EndorsementPki;
import dev.breakwater.server.attestation.ImitationTpm;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a device says of its TPM, and gets no challenge for. */
final class AttestationRequestsTest extends AttestationScene {

    @Test
    void refusesAnEndorsementKeyThatNobodyVouchesFor() throws Exception {
        refusesRequest(
                tpm.request(Optional.empty()), RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED);
    }

    @Test
    void refusesTheChainOfAMakerThatIsNotListed() throws Exception {
        EndorsementPki other = new EndorsementPki("Other", world.clock.instant());
        refusesRequest(request(tpm, other), RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED);
    }

    @Test
    void refusesTheChainOfAMakerThatWasTakenOut() throws Exception {
        lists.removeAuthority(
                world.organization,
                lists.authorities(world.organization, Optional.empty(), 10).getFirst().sha256(),
                EnrollmentWorld.OPERATOR);
        refusesRequest(request(tpm, maker), RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED);
    }

    @Test
    void refusesACertificateWithoutTheOneThatIssuedIt() throws Exception {
        refusesRequest(
                tpm.request(Optional.of(maker.endorse(tpm.endorsementKeys.getPublic()))),
                RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED);
    }

    @Test
    void refusesAnEndorsementCertificateThatHasEnded() throws Exception {
        refusesRequest(
                tpm.request(
                        Optional.of(
                                maker.endorse(
                                        tpm.endorsementKeys.getPublic(),
                                        EndorsementPki.EK_CERTIFICATE,
                                        world.clock.instant().minusSeconds(1))),
                        maker.intermediate()),
                RefusalReason.ATTESTATION_ENDORSEMENT_EXPIRED);
    }

    @Test
    void refusesACertificateForAnotherUse() throws Exception {
        refusesRequest(
                tpm.request(
                        Optional.of(
                                maker.endorse(
                                        tpm.endorsementKeys.getPublic(),
                                        "1.3.6.1.5.5.7.3.1",
                                        world.clock.instant().plus(Duration.ofDays(1)))),
                        maker.intermediate()),
                RefusalReason.ATTESTATION_ENDORSEMENT_CERTIFICATE);
    }

    @Test
    void refusesACertificateOfAnAuthorityAsAnEndorsementKeys() throws Exception {
        ImitationTpm authority =
                new ImitationTpm(TestKeys.p256(), TestKeys.p256(), tank.identity().keys());
        authority.endorsementPublic =
                ImitationTpm.publicArea(
                        maker.intermediate().getPublicKey(), ImitationTpm.ENDORSEMENT, true, 0x10);
        refusesRequest(
                authority.request(Optional.of(maker.intermediate())),
                RefusalReason.ATTESTATION_ENDORSEMENT_CERTIFICATE);
    }

    /** A genuine TPM's certificate beside a key whose private half the attacker has. */
    @Test
    void refusesTheCertificateOfAnotherTpm() throws Exception {
        refusesRequest(
                tpm.request(
                        Optional.of(maker.endorse(TestKeys.p256().getPublic())),
                        maker.intermediate()),
                RefusalReason.ATTESTATION_ENDORSEMENT_OTHER_KEY);
    }

    @Test
    void refusesAnEndorsementKeyThatAnythingCanBeDecryptedWith() throws Exception {
        tpm.endorsementPublic =
                ImitationTpm.publicArea(
                        tpm.endorsementKeys.getPublic(),
                        ImitationTpm.ENDORSEMENT & ~0x10000L,
                        true,
                        0x10);
        refusesRequest(request(tpm, maker), RefusalReason.ATTESTATION_ENDORSEMENT_TEMPLATE);
    }

    @Test
    void refusesAnAttestationKeyThatSignsAnything() throws Exception {
        tpm.attestationPublic = attestationPublic(ImitationTpm.ATTESTATION & ~0x10000L);
        refusesRequest(request(tpm, maker), RefusalReason.ATTESTATION_KEY_REFUSED);
    }

    @Test
    void refusesAnAttestationKeyThatCanLeaveItsTpm() throws Exception {
        tpm.attestationPublic = attestationPublic(ImitationTpm.ATTESTATION & ~0x2L);
        refusesRequest(request(tpm, maker), RefusalReason.ATTESTATION_KEY_REFUSED);
    }

    private byte[] attestationPublic(long attributes) {
        return ImitationTpm.publicArea(tpm.attestationKeys.getPublic(), attributes, false, 0x0018);
    }

    @Test
    void refusesStructuresThatCannotBeRead() throws Exception {
        ChallengeRequest good = request(tpm, maker);
        refusesRequest(
                new ChallengeRequest(
                        good.endorsementCertificate(),
                        good.intermediates(),
                        Marshalled.of(new byte[] {1, 2, 3}),
                        good.attestationPublic()),
                RefusalReason.ATTESTATION_STRUCTURE_MALFORMED);
    }

    @Test
    void refusesWhatIsNotItsJson() throws Exception {
        refused(
                post(AttestationPaths.CHALLENGES, "{\"more\":1}".getBytes(UTF_8)),
                RefusalReason.ATTESTATION_REQUEST_MALFORMED);
        refused(
                post(AttestationPaths.ANSWERS, "[]".getBytes(UTF_8)),
                RefusalReason.ATTESTATION_REQUEST_MALFORMED);
    }

    @Test
    void refusesARequestOverTheLimit() throws Exception {
        refused(
                post(AttestationPaths.CHALLENGES, new byte[AttestationPaths.REQUEST_BYTES_MAX + 1]),
                RefusalReason.ATTESTATION_REQUEST_TOO_LARGE);
    }

    @Test
    void refusesWhoeverShowsNoCertificate() throws Exception {
        Raw raw =
                exchange(
                        Optional.empty(),
                        AttestationPaths.CHALLENGES,
                        request(tpm, maker).toJson());
        refused(raw, RefusalReason.CERTIFICATE_MISSING);
    }
}
