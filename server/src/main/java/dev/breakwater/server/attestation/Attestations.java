/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.protocol.attestation.Marshalled;
import dev.breakwater.server.identity.AttestedKey;
import dev.breakwater.server.identity.AttestingDevice;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

/**
 * Proves that a device's key was made in a TPM its organization trusts, and never leaves it.
 *
 * <p>The endorsement key says which TPM it is. The challenge is a puzzle that this TPM alone can
 * solve, and solves only while it holds the attestation key (TPM 2.0 Part 1 section 24). The
 * attestation key, which signs what the TPM says and nothing else, then certifies the device's key
 * (TPM2_Certify), over a nonce and the solution. So the three are in one TPM, now. Methods block;
 * they belong on virtual threads.
 */
public final class Attestations {

    private final EndorsementCheck endorsements;
    private final DeviceRegistry registry;
    private final OpenChallenges challenges;
    private final RequestsOfDevices requests;
    private final Duration challengeLife;
    private final Clock clock;

    /** Wires it. */
    public Attestations(
            EndorsementStore store, DeviceRegistry registry, Limits limits, Clock clock) {
        this.endorsements = new EndorsementCheck(store, limits, clock);
        this.registry = registry;
        int open = limits.of(Limit.ATTESTATION_CHALLENGES_OPEN);
        this.challenges = new OpenChallenges(open);
        this.requests =
                new RequestsOfDevices(
                        limits.of(Limit.ATTESTATION_REQUESTS_PER_DEVICE_PER_HOUR), open, clock);
        this.challengeLife = limits.seconds(Limit.ATTESTATION_CHALLENGE_SECONDS);
        this.clock = clock;
    }

    /**
     * Makes a challenge for a device; an earlier one of the same device counts no more.
     *
     * @throws AttestationRefused with the first thing found wrong
     */
    public Challenge challenge(AttestingDevice device, ChallengeRequest request)
            throws AttestationRefused {
        spend(device);
        TpmPublic endorsementKey = read(request.endorsementPublic(), "endorsementPublic");
        TpmPublic attestationKey = read(request.attestationPublic(), "attestationPublic");
        requireAttestationKey(attestationKey);
        Endorsement endorsement =
                endorsements.check(
                        device.organization(),
                        new EndorsementCheck.Claim(
                                endorsementKey,
                                request.endorsementCertificate().map(Marshalled::bytes),
                                request.intermediates().stream().map(Marshalled::bytes).toList()));
        CredentialPuzzle puzzle = CredentialPuzzle.of(endorsement, attestationKey.name());
        Challenge challenge =
                new Challenge(
                        UUID.randomUUID(),
                        Marshalled.of(puzzle.credentialBlob()),
                        Marshalled.of(puzzle.encryptedSecret()),
                        Marshalled.of(SecureBytes.fresh(Challenge.NONCE_BYTES)),
                        clock.instant().plus(challengeLife).truncatedTo(ChronoUnit.SECONDS));
        challenges.put(
                device.id(),
                new OpenChallenge(
                        challenge,
                        Marshalled.of(puzzle.secret()),
                        device.credential().fingerprint(),
                        endorsement,
                        attestationKey));
        return challenge;
    }

    /**
     * Judges an answer. If it is good, the credential that the device has shown is attested, on
     * disk, when this returns.
     *
     * @throws AttestationRefused with the first thing found wrong; the challenge is spent then
     */
    public void answer(AttestingDevice device, ChallengeAnswer answer) throws AttestationRefused {
        spend(device);
        OpenChallenge open =
                challenges
                        .take(device.id(), answer.id())
                        .filter(
                                taken ->
                                        taken.credential()
                                                .equals(device.credential().fingerprint()))
                        .orElseThrow(
                                () ->
                                        new AttestationRefused(
                                                RefusalReason.ATTESTATION_CHALLENGE_UNKNOWN,
                                                Map.of()));
        if (!clock.instant().isBefore(open.challenge().expiresAt())) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_CHALLENGE_EXPIRED, Map.of());
        }
        if (!open.isSolvedBy(answer.activatedSecret())) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_SECRET_WRONG, Map.of());
        }
        TpmPublic deviceKey = read(answer.devicePublic(), "devicePublic");
        requireDeviceKey(deviceKey, device);
        TpmStatement statement = certified(open, answer, deviceKey);
        record(device, open, statement);
    }

    private void spend(AttestingDevice device) throws AttestationRefused {
        if (!requests.admit(device.id())) {
            throw new AttestationRefused(RefusalReason.ATTESTATIONS_TOO_MANY, Map.of());
        }
    }

    private static TpmPublic read(Marshalled bytes, String member) throws AttestationRefused {
        try {
            return TpmPublic.parse(bytes.bytes());
        } catch (TpmMalformed malformed) {
            throw malformed(member, malformed);
        }
    }

    private static AttestationRefused malformed(String member, TpmMalformed malformed) {
        return new AttestationRefused(
                RefusalReason.ATTESTATION_STRUCTURE_MALFORMED,
                Map.of("member", member, "why", malformed.why()));
    }

    /**
     * Restricted is what makes its signatures worth anything: it signs no statement that did not
     * come from its TPM. The attributes are believed because the name, which is a hash over them,
     * is what the puzzle is bound to.
     */
    private static void requireAttestationKey(TpmPublic key) throws AttestationRefused {
        int scheme = key.parameters().scheme();
        boolean good =
                key.has(
                                TpmAttribute.FIXED_TPM,
                                TpmAttribute.FIXED_PARENT,
                                TpmAttribute.SENSITIVE_DATA_ORIGIN,
                                TpmAttribute.RESTRICTED,
                                TpmAttribute.SIGN)
                        && !key.has(TpmAttribute.DECRYPT)
                        && (scheme == TpmAlgorithm.ECDSA || scheme == TpmAlgorithm.RSASSA);
        if (!good) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_KEY_REFUSED, Map.of());
        }
    }

    /** A restricted key would be no use to TLS, so it is not what the device proves itself with. */
    private static void requireDeviceKey(TpmPublic key, AttestingDevice device)
            throws AttestationRefused {
        if (!key.is(device.key())) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_DEVICE_KEY_OTHER, Map.of());
        }
        boolean good =
                key.has(
                                TpmAttribute.FIXED_TPM,
                                TpmAttribute.FIXED_PARENT,
                                TpmAttribute.SENSITIVE_DATA_ORIGIN,
                                TpmAttribute.SIGN)
                        && !key.has(TpmAttribute.RESTRICTED);
        if (!good) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_DEVICE_KEY_EXPORTABLE, Map.of());
        }
    }

    private static TpmStatement certified(
            OpenChallenge open, ChallengeAnswer answer, TpmPublic deviceKey)
            throws AttestationRefused {
        byte[] signed = answer.certifyInfo().bytes();
        TpmSignature signature;
        try {
            signature = TpmSignature.parse(answer.signature().bytes());
        } catch (TpmMalformed malformed) {
            throw malformed("signature", malformed);
        }
        if (!signature.isBy(open.attestationKey().key(), signed)) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_SIGNATURE_FORGED, Map.of());
        }
        TpmStatement statement;
        try {
            statement = TpmStatement.parse(signed);
        } catch (TpmMalformed malformed) {
            throw malformed("certifyInfo", malformed);
        } catch (TpmStatement.NotGenerated other) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_STATEMENT_REFUSED,
                    String.valueOf(other.getMessage()));
        }
        if (!MessageDigest.isEqual(
                statement.extraData(), open.challenge().qualifyingData(open.secret()))) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_STATEMENT_STALE, Map.of());
        }
        if (!MessageDigest.isEqual(statement.certifiedName(), deviceKey.name())) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_STATEMENT_OTHER_KEY, Map.of());
        }
        return statement;
    }

    private void record(AttestingDevice device, OpenChallenge open, TpmStatement statement)
            throws AttestationRefused {
        String endorsement = open.endorsement().key().fingerprint();
        TpmStatement.Clock tpm = statement.clock();
        AttestedKey attested =
                new AttestedKey(
                        endorsement,
                        Map.of(
                                "fingerprint", device.credential().fingerprint().hex(),
                                "generation", Integer.toString(device.credential().generation()),
                                "endorsement", endorsement,
                                "trusted-by", open.endorsement().trustedBy(),
                                "tpm-resets", Long.toString(tpm.resets()),
                                "tpm-restarts", Long.toString(tpm.restarts()),
                                "tpm-clock-safe", Boolean.toString(tpm.safe()),
                                "tpm-firmware", Long.toHexString(tpm.firmware())));
        switch (registry.attest(device, attested)) {
            case ATTESTED -> {}
            case OTHER_TPM ->
                    throw new AttestationRefused(
                            RefusalReason.ATTESTATION_OTHER_TPM,
                            Map.of("endorsement", endorsement));
            case NOT_ACTIVE ->
                    throw new AttestationRefused(RefusalReason.CERTIFICATE_REVOKED, Map.of());
        }
    }
}
