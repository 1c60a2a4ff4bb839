/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.ca.publickey.AcceptableKey;
import dev.breakwater.ca.publickey.UnacceptableKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;

/**
 * The public area of a key in a TPM (TPMT_PUBLIC, TPM 2.0 Part 2 section 12.2.4), read strictly:
 * RSA of 2048 or 3072 bits and ECC on P-256, named by SHA-256. What else there is, a TPM may have
 * and this server refuses.
 */
final class TpmPublic {

    /** An RSA key of 3072 bits takes 460. */
    static final int BYTES_MAX = 1_024;

    private static final int DIGEST_BYTES = 32;
    private static final int COORDINATE_BYTES = 32;
    private static final int RSA_BYTES_MAX = 384;
    private static final BigInteger EXPONENT = BigInteger.valueOf(65_537);

    private final byte[] bytes;
    private final long attributes;
    private final Parameters parameters;
    private final PublicKey key;

    /**
     * What the public area says of how the key is used.
     *
     * @param storageCipher whether it is AES-128 in CFB that protects what is below it; otherwise
     *     there is nothing below it
     * @param scheme the only scheme the key is used with, or {@link TpmAlgorithm#NULL}
     */
    record Parameters(boolean storageCipher, int scheme) {}

    private TpmPublic(byte[] bytes, long attributes, Parameters parameters, PublicKey key) {
        this.bytes = bytes;
        this.attributes = attributes;
        this.parameters = parameters;
        this.key = key;
    }

    /**
     * Reads it.
     *
     * @throws TpmMalformed if it is anything else, or the key is weak
     */
    static TpmPublic parse(byte[] bytes) throws TpmMalformed {
        TpmReader reader = new TpmReader(bytes, BYTES_MAX);
        int type = reader.uint16();
        reader.expect(TpmAlgorithm.SHA256, "the name's hash");
        long attributes = reader.uint32();
        if (!TpmAttribute.allKnown(attributes)) {
            throw new TpmMalformed("reserved attributes are set");
        }
        int policy = reader.sized(DIGEST_BYTES).length;
        if (policy != 0 && policy != DIGEST_BYTES) {
            throw new TpmMalformed("the policy has " + policy + " bytes");
        }
        boolean storageCipher = storageCipher(reader);
        TpmPublic read =
                switch (type) {
                    case TpmAlgorithm.RSA -> rsa(reader, bytes, attributes, storageCipher);
                    case TpmAlgorithm.ECC -> ecc(reader, bytes, attributes, storageCipher);
                    default -> throw new TpmMalformed("the key is of type " + type);
                };
        reader.end();
        read.requireAcceptable();
        return read;
    }

    /** TPMT_SYM_DEF_OBJECT. */
    private static boolean storageCipher(TpmReader reader) throws TpmMalformed {
        int algorithm = reader.uint16();
        if (algorithm == TpmAlgorithm.NULL) {
            return false;
        }
        if (algorithm != TpmAlgorithm.AES) {
            throw new TpmMalformed("the storage cipher is " + algorithm);
        }
        reader.expect(128, "the storage key's length in bits");
        reader.expect(TpmAlgorithm.CFB, "the storage cipher's mode");
        return true;
    }

    private static TpmPublic rsa(
            TpmReader reader, byte[] bytes, long attributes, boolean storageCipher)
            throws TpmMalformed {
        int scheme = reader.uint16();
        switch (scheme) {
            case TpmAlgorithm.NULL, TpmAlgorithm.RSAES -> {}
            case TpmAlgorithm.RSASSA, TpmAlgorithm.RSAPSS, TpmAlgorithm.OAEP ->
                    reader.expect(TpmAlgorithm.SHA256, "the scheme's hash");
            default -> throw new TpmMalformed("the RSA scheme is " + scheme);
        }
        int bits = reader.uint16();
        if (bits != 2_048 && bits != 3_072) {
            throw new TpmMalformed("the RSA key has " + bits + " bits");
        }
        long exponent = reader.uint32();
        // Zero is the TPM's way to write 2^16 + 1.
        if (exponent != 0 && exponent != EXPONENT.longValue()) {
            throw new TpmMalformed("the RSA exponent is " + exponent);
        }
        byte[] modulus = TpmReader.fixed(reader.sized(RSA_BYTES_MAX), bits / 8, "the modulus");
        BigInteger number = new BigInteger(1, modulus);
        if (number.bitLength() != bits) {
            throw new TpmMalformed("the modulus has " + number.bitLength() + " bits");
        }
        return new TpmPublic(
                bytes.clone(), attributes, new Parameters(storageCipher, scheme), rsaKey(number));
    }

    private static TpmPublic ecc(
            TpmReader reader, byte[] bytes, long attributes, boolean storageCipher)
            throws TpmMalformed {
        int scheme = reader.uint16();
        switch (scheme) {
            case TpmAlgorithm.NULL -> {}
            case TpmAlgorithm.ECDSA, TpmAlgorithm.ECDH ->
                    reader.expect(TpmAlgorithm.SHA256, "the scheme's hash");
            default -> throw new TpmMalformed("the ECC scheme is " + scheme);
        }
        reader.expect(TpmAlgorithm.P256, "the curve");
        reader.expect(TpmAlgorithm.NULL, "the key derivation");
        byte[] x = TpmReader.fixed(reader.sized(COORDINATE_BYTES), COORDINATE_BYTES, "x");
        byte[] y = TpmReader.fixed(reader.sized(COORDINATE_BYTES), COORDINATE_BYTES, "y");
        return new TpmPublic(
                bytes.clone(),
                attributes,
                new Parameters(storageCipher, scheme),
                eccKey(new ECPoint(new BigInteger(1, x), new BigInteger(1, y))));
    }

    private static PublicKey rsaKey(BigInteger modulus) throws TpmMalformed {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus, EXPONENT));
        } catch (GeneralSecurityException unusable) {
            throw new TpmMalformed("the RSA key cannot be used");
        }
    }

    private static PublicKey eccKey(ECPoint point) throws TpmMalformed {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(point, P256.parameters()));
        } catch (GeneralSecurityException unusable) {
            throw new TpmMalformed("the point cannot be used");
        }
    }

    /**
     * The same rules as for keys in certificate requests: a point that is not on the curve would
     * draw bits out of our ephemeral key (invalid-curve attack), an RSA key that can be factored
     * would let its TPM be imitated.
     */
    private void requireAcceptable() throws TpmMalformed {
        try {
            AcceptableKey _ = AcceptableKey.check(key.getEncoded());
        } catch (UnacceptableKey weak) {
            throw new TpmMalformed("the key is not acceptable (" + weak.defect() + ")");
        }
    }

    /** Whether all of these hold. */
    boolean has(TpmAttribute... wanted) {
        for (TpmAttribute attribute : wanted) {
            if (!attribute.in(attributes)) {
                return false;
            }
        }
        return true;
    }

    Parameters parameters() {
        return parameters;
    }

    /** The key itself, on its curve and not weak. */
    PublicKey key() {
        return key;
    }

    /** SHA-256 of the SubjectPublicKeyInfo, as 64 lower-case hexadecimal digits. */
    String fingerprint() {
        return HexFormat.of().formatHex(Sha256.of(key.getEncoded()));
    }

    /** Whether it is this key, however its parameters are written. */
    boolean is(PublicKey other) {
        byte[] encoded = other.getEncoded();
        return encoded != null && MessageDigest.isEqual(key.getEncoded(), encoded);
    }

    /** What the TPM calls the key (Part 1 section 16): its hash and all that is public of it. */
    byte[] name() {
        byte[] digest = Sha256.of(bytes);
        byte[] name = new byte[Short.BYTES + digest.length];
        name[0] = TpmAlgorithm.SHA256 >>> 8;
        name[1] = (byte) TpmAlgorithm.SHA256;
        System.arraycopy(digest, 0, name, Short.BYTES, digest.length);
        return name;
    }
}
