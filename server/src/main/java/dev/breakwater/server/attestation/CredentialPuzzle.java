/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.protocol.SecureBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that only one TPM can read, and that it hands out only while it holds one other key:
 * TPM2_MakeCredential as software (TPM 2.0 Part 1 section 24). The name of the attestation key is
 * in the integrity check, so a TPM without that key gets nothing.
 *
 * @param credentialBlob TPM2B_ID_OBJECT
 * @param encryptedSecret TPM2B_ENCRYPTED_SECRET
 * @param secret what TPM2_ActivateCredential gives back
 */
@SuppressWarnings("ArrayRecordComponent") // made, handed on and compared by content elsewhere
record CredentialPuzzle(byte[] credentialBlob, byte[] encryptedSecret, byte[] secret) {

    private static final int SECRET_BYTES = 32;
    private static final int SEED_BYTES = 32;
    private static final int STORAGE_KEY_BITS = 128;
    private static final int INTEGRITY_KEY_BITS = 256;
    private static final int CIPHER_BLOCK_BYTES = 16;
    private static final String IDENTITY = "IDENTITY";
    private static final byte[] NOTHING = {};

    /**
     * Makes one.
     *
     * @param endorsement the TPM that can solve it
     * @param attestationName the name of the key that has to be in it
     */
    static CredentialPuzzle of(Endorsement endorsement, byte[] attestationName) {
        byte[] secret = SecureBytes.fresh(SECRET_BYTES);
        try {
            Seed seed =
                    endorsement.key().key() instanceof ECPublicKey ecc
                            ? agreed(ecc)
                            : transported(endorsement);
            return new CredentialPuzzle(
                    idObject(seed.value(), attestationName, secret), seed.sent(), secret);
        } catch (GeneralSecurityException impossible) {
            // The key was checked to be one that these algorithms take.
            throw new IllegalStateException(impossible);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // lives within one method
    private record Seed(byte[] value, byte[] sent) {}

    /** Section B.10.3: a random seed, encrypted with OAEP under the label "IDENTITY". */
    private static Seed transported(Endorsement endorsement) throws GeneralSecurityException {
        byte[] seed = SecureBytes.fresh(SEED_BYTES);
        Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
        oaep.init(
                Cipher.ENCRYPT_MODE,
                endorsement.key().key(),
                new OAEPParameterSpec(
                        "SHA-256",
                        "MGF1",
                        MGF1ParameterSpec.SHA256,
                        new PSource.PSpecified(TpmDerivation.labelled(IDENTITY))));
        return new Seed(seed, sized(oaep.doFinal(seed)));
    }

    /** Section C.6.4: a key of the moment agrees on the seed with the endorsement key. */
    private static Seed agreed(ECPublicKey endorsement) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair moment = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(moment.getPrivate());
        agreement.doPhase(endorsement, true);
        byte[] z = agreement.generateSecret();
        ECPublicKey ours = (ECPublicKey) moment.getPublic();
        byte[] x = P256.coordinate(ours.getW().getAffineX());
        byte[] y = P256.coordinate(ours.getW().getAffineY());
        byte[] seed =
                TpmDerivation.kdfE(
                        z, IDENTITY, x, P256.coordinate(endorsement.getW().getAffineX()));
        return new Seed(seed, sized(concatenated(sized(x), sized(y))));
    }

    /** Section 24.4: encrypted, then authenticated together with the name. */
    private static byte[] idObject(byte[] seed, byte[] name, byte[] secret)
            throws GeneralSecurityException {
        Cipher cfb = Cipher.getInstance("AES/CFB/NoPadding");
        cfb.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(
                        TpmDerivation.kdfA(seed, "STORAGE", name, STORAGE_KEY_BITS), "AES"),
                // Zero is right: each seed, and so each key, is used for this one message.
                new IvParameterSpec(new byte[CIPHER_BLOCK_BYTES]));
        byte[] encrypted = cfb.doFinal(sized(secret));
        byte[] integrityKey = TpmDerivation.kdfA(seed, "INTEGRITY", NOTHING, INTEGRITY_KEY_BITS);
        byte[] integrity = TpmDerivation.hmac(integrityKey, encrypted, name);
        return sized(concatenated(sized(integrity), encrypted));
    }

    private static byte[] sized(byte[] bytes) {
        return ByteBuffer.allocate(Short.BYTES + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }
}
