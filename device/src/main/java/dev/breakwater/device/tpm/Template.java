/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The public areas (TPMT_PUBLIC, Part 2, section 12.2.4) this device makes keys from, and what a
 * TPM answers to them. Everything but the public key itself must come back as it was told.
 */
final class Template {

    private static final int RSA = 0x0001;
    private static final int KEYED_HASH = 0x0008;
    private static final int SHA256 = 0x000B;
    private static final int AES = 0x0006;
    private static final int CFB = 0x0043;
    private static final int NONE = 0x0010;
    private static final int ECDSA = 0x0018;
    private static final int ECC = 0x0023;
    private static final int P256 = 0x0003;

    private static final int FIXED_TPM = 1 << 1;
    private static final int FIXED_PARENT = 1 << 4;
    private static final int SENSITIVE_DATA_ORIGIN = 1 << 5;
    private static final int USER_WITH_AUTH = 1 << 6;
    private static final int ADMIN_WITH_POLICY = 1 << 7;
    private static final int NO_DA = 1 << 10;
    private static final int RESTRICTED = 1 << 16;
    private static final int DECRYPT = 1 << 17;
    private static final int SIGN = 1 << 18;

    /** Made here, by this TPM's own random numbers, and bound to it for good. */
    private static final int BOUND = FIXED_TPM | FIXED_PARENT | SENSITIVE_DATA_ORIGIN;

    private static final int EC_BYTES = 32;
    private static final int RSA_BYTES = 256;

    /**
     * TPM2_PolicySecret with the endorsement hierarchy: SHA-256 over its digest of zeros, its code
     * and the hierarchy's name, twice (TCG EK Credential Profile 2.5, section B.6.2).
     */
    private static final byte[] ENDORSEMENT_POLICY =
            HexFormat.of()
                    .parseHex("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa");

    /** All before the public key. */
    private final byte[] head;

    /** The public key as a TPM takes it in a template. */
    private final byte[] unique;

    private Template(byte[] head, byte[] unique) {
        this.head = head;
        this.unique = unique;
    }

    /** The storage key above the device's keys, always the same in one TPM until it is cleared. */
    static Template storage() {
        return ecc(BOUND | USER_WITH_AUTH | NO_DA | RESTRICTED | DECRYPT, new byte[0], EC_BYTES);
    }

    /** A key by which the device proves who it is. */
    static Template device() {
        return ecc(BOUND | USER_WITH_AUTH | NO_DA | SIGN, new byte[0], 0);
    }

    /** A key that signs what the TPM itself says, and nothing else. */
    static Template attestation() {
        return ecc(BOUND | USER_WITH_AUTH | NO_DA | RESTRICTED | SIGN, new byte[0], 0);
    }

    /**
     * No key but content, which the TPM encrypts to itself. It did not come from the TPM's random
     * numbers, yet {@link #FIXED_TPM} says that it was sealed here: what was brought in by
     * TPM2_Import cannot have that.
     */
    static Template sealed() {
        byte[] head =
                new Marshaller()
                        .u16(KEYED_HASH)
                        .u16(SHA256)
                        .u32(FIXED_TPM | FIXED_PARENT | USER_WITH_AUTH | NO_DA)
                        .sized(new byte[0])
                        .u16(NONE)
                        .bytes();
        return new Template(head, new Marshaller().sized(new byte[0]).bytes());
    }

    /** Template L-2 of the EK Credential Profile. */
    static Template endorsementEcc() {
        return ecc(BOUND | ADMIN_WITH_POLICY | RESTRICTED | DECRYPT, ENDORSEMENT_POLICY, EC_BYTES);
    }

    /** Template L-1 of the EK Credential Profile. */
    static Template endorsementRsa() {
        byte[] head =
                new Marshaller()
                        .u16(RSA)
                        .u16(SHA256)
                        .u32(BOUND | ADMIN_WITH_POLICY | RESTRICTED | DECRYPT)
                        .sized(ENDORSEMENT_POLICY)
                        .raw(aes())
                        .u16(NONE)
                        .u16(2048)
                        .u32(0)
                        .bytes();
        return new Template(head, new Marshaller().sized(new byte[RSA_BYTES]).bytes());
    }

    private static Template ecc(int attributes, byte[] policy, int uniqueBytes) {
        boolean decrypts = (attributes & DECRYPT) != 0;
        Marshaller head = new Marshaller().u16(ECC).u16(SHA256).u32(attributes).sized(policy);
        if (decrypts) {
            head.raw(aes()).u16(NONE);
        } else {
            head.u16(NONE).u16(ECDSA).u16(SHA256);
        }
        byte[] none = new byte[uniqueBytes];
        return new Template(
                head.u16(P256).u16(NONE).bytes(), new Marshaller().sized(none).sized(none).bytes());
    }

    private static byte[] aes() {
        return new Marshaller().u16(AES).u16(128).u16(CFB).bytes();
    }

    byte[] bytes() {
        return new Marshaller().raw(head).raw(unique).bytes();
    }

    /**
     * The public key of a key that was made from this template.
     *
     * @throws TpmFailure if the TPM made another kind of key
     */
    PublicKey publicKey(byte[] made) throws TpmFailure {
        Unmarshaller key = requireMade(made);
        try {
            PublicKey read =
                    (head[1] & 0xFF) == RSA
                            ? rsa(key.sized(RSA_BYTES))
                            : ec(key.sized(EC_BYTES), key.sized(EC_BYTES));
            key.requireEnd();
            return read;
        } catch (GeneralSecurityException | RuntimeException noKey) {
            throw new TpmFailure("the TPM's answer is no answer: not a public key", noKey);
        }
    }

    /**
     * Whether something was made from this template.
     *
     * @return what stands behind all that the template says
     * @throws TpmFailure if it was not
     */
    Unmarshaller requireMade(byte[] made) throws TpmFailure {
        if (made.length < head.length || !Arrays.equals(head, Arrays.copyOf(made, head.length))) {
            throw TpmFailure.nonsense("it made another kind of key than it was told");
        }
        return Unmarshaller.of(Arrays.copyOfRange(made, head.length, made.length));
    }

    private static PublicKey rsa(byte[] modulus) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(
                        new RSAPublicKeySpec(
                                new BigInteger(1, modulus), BigInteger.valueOf(65_537)));
    }

    private static PublicKey ec(byte[] x, byte[] y) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(
                                new ECPoint(new BigInteger(1, x), new BigInteger(1, y)),
                                parameters.getParameterSpec(ECParameterSpec.class)));
    }
}
