/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.attestation.AttestationPaths;
import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.Marshalled;
import dev.breakwater.server.attestation.ImitationTpm;
import dev.breakwater.server.attestation.ListedSha256;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.testkit.pki.TestKeys;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The answers of TPMs to challenges: a device's key is attested, or not. */
final class AttestationTest extends AttestationScene {

    @Test
    void attestsAKeyBesideAnEllipticEndorsementKey() throws Exception {
        attests();
    }

    @Test
    void attestsAKeyBesideAnRsaEndorsementKeyByAnRsaAttestationKey() throws Exception {
        tpm = new ImitationTpm(TestKeys.rsa(2048), TestKeys.rsa(2048), tank.identity().keys());
        attests();
    }

    private void attests() throws Exception {
        assertThat(credential().assurance()).isEqualTo(Assurance.HARDWARE_KEY);
        assertThat(credential().attestedAt()).isEmpty();

        Raw answer = answer(tpm.answer(challenge()));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(credential().assurance()).isEqualTo(Assurance.ATTESTED);
        assertThat(credential().attestedAt()).contains(world.clock.instant());
        assertThat(world.actions()).contains("credential.attested");
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void attestsAKeyInATpmThatIsListedItself() throws Exception {
        String fingerprint = sha256(tpm.endorsementKeys.getPublic().getEncoded());
        lists.enterKey(
                world.organization,
                ListedSha256.parse(fingerprint),
                "bench",
                EnrollmentWorld.OPERATOR);
        Raw raw = post(AttestationPaths.CHALLENGES, tpm.request(Optional.empty()).toJson());
        Challenge challenge = Challenge.parse(raw.body().getBytes(UTF_8));
        assertThat(answer(tpm.answer(challenge)).status()).isEqualTo(204);
        assertThat(credential().assurance()).isEqualTo(Assurance.ATTESTED);
    }

    @Test
    void takesAnAnswerOnce() throws Exception {
        ChallengeAnswer answer = tpm.answer(challenge());
        assertThat(answer(answer).status()).isEqualTo(204);
        refused(answer(answer), RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN);
    }

    @Test
    void takesOnlyTheLastChallengeOfADevice() throws Exception {
        ChallengeAnswer first = tpm.answer(challenge());
        challenge();
        refused(answer(first), RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN);
    }

    @Test
    void takesNoAnswerToAnotherDevicesChallenge() throws Exception {
        ChallengeAnswer answer = tpm.answer(challenge());
        Enrolled other = world.enrolled("tank-2", Assurance.HARDWARE_KEY);
        refused(
                post(other, AttestationPaths.ANSWERS, answer.toJson()),
                RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN);
    }

    @Test
    void takesNoAnswerForAnotherCredentialOfTheDevice() throws Exception {
        ChallengeAnswer answer = tpm.answer(challenge());
        Enrolled renewed = world.renewed(tank);
        refused(
                post(renewed, AttestationPaths.ANSWERS, answer.toJson()),
                RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN);
    }

    @Test
    void takesNoAnswerAfterTenMinutes() throws Exception {
        ChallengeAnswer answer = tpm.answer(challenge());
        world.clock.advance(Duration.ofMinutes(10));
        refused(answer(answer), RefusalReason.ATTESTATION_CHALLENGE_EXPIRED);
    }

    @Test
    void refusesASecretThatWasNotInTheChallenge() throws Exception {
        Challenge challenge = challenge();
        refused(
                answer(tpm.answer(challenge, Marshalled.of(new byte[32]))),
                RefusalReason.ATTESTATION_SECRET_WRONG);
        // The challenge is spent, though the next answer would be good.
        refused(answer(tpm.answer(challenge)), RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN);
    }

    @Test
    void refusesAStatementThatAnotherKeySigned() throws Exception {
        tpm.signer = Optional.of(TestKeys.p256());
        refusesAnswer(RefusalReason.ATTESTATION_SIGNATURE_FORGED);
    }

    /** The bytes of another kind of key, and a signature that is good for them, prove nothing. */
    @Test
    void refusesASignatureOfAnotherKind() throws Exception {
        tpm.signer = Optional.of(TestKeys.rsa(2048));
        refusesAnswer(RefusalReason.ATTESTATION_SIGNATURE_FORGED);
    }

    @Test
    void refusesAStatementThatDoesNotComeFromATpm() throws Exception {
        tpm.magic = 0x12345678L;
        refusesAnswer(RefusalReason.ATTESTATION_STATEMENT_REFUSED);
    }

    @Test
    void refusesAStatementAboutSomethingElse() throws Exception {
        tpm.type = 0x8018; // TPM_ST_ATTEST_QUOTE
        refusesAnswer(RefusalReason.ATTESTATION_STATEMENT_REFUSED);
    }

    @Test
    void refusesAStatementForAnotherChallenge() throws Exception {
        tpm.extraData = Optional.of(new byte[32]);
        refusesAnswer(RefusalReason.ATTESTATION_STATEMENT_STALE);
    }

    @Test
    void refusesAStatementAboutAnotherKeyOfTheTpm() throws Exception {
        tpm.certifiedName = Optional.of(ImitationTpm.name(tpm.attestationPublic));
        refusesAnswer(RefusalReason.ATTESTATION_STATEMENT_OTHER_KEY);
    }

    @Test
    void refusesToAttestAnotherKeyThanTheConnections() throws Exception {
        tpm = new ImitationTpm(tpm.endorsementKeys, tpm.attestationKeys, TestKeys.p256());
        refusesAnswer(RefusalReason.ATTESTATION_DEVICE_KEY_OTHER);
    }

    @Test
    void refusesADeviceKeyThatCanLeaveTheTpm() throws Exception {
        devicePublic(ImitationTpm.DEVICE & ~0x2L);
        refusesAnswer(RefusalReason.ATTESTATION_DEVICE_KEY_EXPORTABLE);
    }

    @Test
    void refusesADeviceKeyThatWasBroughtIntoTheTpm() throws Exception {
        devicePublic(ImitationTpm.DEVICE & ~0x20L);
        refusesAnswer(RefusalReason.ATTESTATION_DEVICE_KEY_EXPORTABLE);
    }

    private void devicePublic(long attributes) {
        tpm.devicePublic =
                ImitationTpm.publicArea(tpm.deviceKeys.getPublic(), attributes, false, 0x10);
    }

    /** Whoever took the device over may not move its identity into a TPM of their own. */
    @Test
    void refusesAnotherTpmThanTheDevicesFirst() throws Exception {
        assertThat(answer(tpm.answer(challenge())).status()).isEqualTo(204);
        tank = world.renewed(tank);
        tpm = ImitationTpm.around(tank.identity().keys());
        refusesAnswer(RefusalReason.ATTESTATION_OTHER_TPM);
    }

    @Test
    void attestsARenewedKeyInTheSameTpm() throws Exception {
        assertThat(answer(tpm.answer(challenge())).status()).isEqualTo(204);
        tank = world.renewed(tank);
        assertThat(credential().assurance()).isEqualTo(Assurance.HARDWARE_KEY);
        assertThat(credential().attestedAt()).isEmpty();
        KeyPair fresh = TestKeys.p256();
        tpm = new ImitationTpm(tpm.endorsementKeys, fresh, tank.identity().keys());
        assertThat(answer(tpm.answer(challenge())).status()).isEqualTo(204);
        assertThat(credential().assurance()).isEqualTo(Assurance.ATTESTED);
    }

    @Test
    void refusesADeviceThatAsksTooOften() throws Exception {
        UUID nobodys = UUID.randomUUID();
        ChallengeAnswer wrong = tpm.answer(challenge());
        byte[] json =
                new ChallengeAnswer(
                                nobodys,
                                wrong.activatedSecret(),
                                wrong.devicePublic(),
                                wrong.certifyInfo(),
                                wrong.signature())
                        .toJson();
        for (int request = 1; request < 30; request++) {
            refused(
                    post(AttestationPaths.ANSWERS, json),
                    RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN);
        }
        Raw raw = post(AttestationPaths.ANSWERS, json);
        assertThat(raw.status()).isEqualTo(429);
        assertThat(raw.head()).contains("Retry-After: ");
        assertThat(world.nextRefusal().details())
                .containsEntry("reason", RefusalReason.ATTESTATIONS_TOO_MANY.code());
        world.clock.advance(Duration.ofHours(1));
        refused(post(AttestationPaths.ANSWERS, json), RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN);
    }
}
