/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.attestation;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What the server asks a device's TPM to open and to certify.
 *
 * @param id names the challenge in its answer
 * @param credentialBlob a TPM2B_ID_OBJECT, which the TPM opens for the attestation key it is bound
 *     to and no other
 * @param encryptedSecret a TPM2B_ENCRYPTED_SECRET, sealed to the endorsement key
 * @param nonce {@value #NONCE_BYTES} random bytes
 * @param expiresAt from when on no answer counts, by the server's clock
 */
public record Challenge(
        UUID id,
        Marshalled credentialBlob,
        Marshalled encryptedSecret,
        Marshalled nonce,
        Instant expiresAt) {

    /** How long a nonce is. */
    public static final int NONCE_BYTES = 32;

    /** The longest TPM2B_ID_OBJECT: a MAC and a secret of 64 bytes each, with their lengths. */
    public static final int CREDENTIAL_BYTES_MAX = 256;

    /** The longest TPM2B_ENCRYPTED_SECRET: RSA of 4096 bits, with its length. */
    public static final int SECRET_BYTES_MAX = 514;

    private static final String NOUN = "a challenge";

    private static final Pattern WRITABLE =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z");

    /** Refuses what is longer than a TPM takes, and years of more than four digits. */
    public Challenge {
        credentialBlob = credentialBlob.within(CREDENTIAL_BYTES_MAX, "credentialBlob");
        encryptedSecret = encryptedSecret.within(SECRET_BYTES_MAX, "encryptedSecret");
        if (nonce.length() != NONCE_BYTES) {
            throw new IllegalArgumentException(
                    "a nonce is %d bytes, not %d".formatted(NONCE_BYTES, nonce.length()));
        }
        if (!WRITABLE.matcher(expiresAt.toString()).matches()) {
            throw new IllegalArgumentException("expiresAt lies in the years 0000 to 9999");
        }
    }

    /**
     * What TPM2_Certify must be given as qualifying data: SHA-256 over the nonce and then the
     * secret that TPM2_ActivateCredential gave. It binds the certification to this challenge and to
     * the TPM that opened it.
     */
    public byte[] qualifyingData(Marshalled activatedSecret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(nonce.bytes());
            return digest.digest(activatedSecret.bytes());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    /** The challenge as JSON, at most {@value AttestationPaths#REPLY_BYTES_MAX} bytes. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        var _ =
                members.object()
                        .put("id", id.toString())
                        .put("credentialBlob", credentialBlob.base64url())
                        .put("encryptedSecret", encryptedSecret.base64url())
                        .put("nonce", nonce.base64url())
                        .put("expiresAt", expiresAt.toString());
        return members.bytes();
    }

    /** Reads a challenge strictly: each member once, and no other. */
    public static Challenge parse(byte[] json) throws MalformedMessage {
        Members members = Members.parse(json, AttestationPaths.REPLY_BYTES_MAX, NOUN);
        members.requireWithin(
                Set.of("id", "credentialBlob", "encryptedSecret", "nonce", "expiresAt"));
        UUID id = ChallengeAnswer.readId(members);
        String credentialBlob = members.text("credentialBlob");
        String encryptedSecret = members.text("encryptedSecret");
        String nonce = members.text("nonce");
        Instant expiresAt = members.time("expiresAt");
        return members.built(
                () ->
                        new Challenge(
                                id,
                                Marshalled.parse(credentialBlob),
                                Marshalled.parse(encryptedSecret),
                                Marshalled.parse(nonce),
                                expiresAt));
    }
}
