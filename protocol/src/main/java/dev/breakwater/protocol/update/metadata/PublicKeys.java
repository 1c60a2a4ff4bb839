/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/**
 * Public keys as TUF writes them: Ed25519 in hexadecimal, ECDSA and RSA in PEM, old ECDSA in
 * hexadecimal.
 */
final class PublicKeys {

    private static final HexFormat HEX = HexFormat.of();

    /** What precedes the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
    private static final String ED25519_HEAD = "302a300506032b6570032100";

    /** What precedes the 65 bytes of a point on P-256 (RFC 5480). */
    private static final String P256_HEAD = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

    private static final int P256_POINT_BYTES = 65;
    private static final int RSA_BITS_MIN = 2048;
    private static final int RSA_BITS_MAX = 8192;

    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN PUBLIC KEY-----\\s([A-Za-z0-9+/=\\s]{1,8192})-----END PUBLIC KEY-----\\s{0,2}");

    private PublicKeys() {}

    /**
     * The key; two texts of one key give keys of the same encoding.
     *
     * @throws IllegalArgumentException if it is not a key of this scheme, or weak
     */
    static PublicKey read(SignatureScheme scheme, String text) {
        try {
            return switch (scheme) {
                case ED25519 -> ed25519(text);
                case ECDSA_P256 -> p256(text);
                case RSA_PSS, RSA_PKCS1 -> rsa(text);
            };
        } catch (GeneralSecurityException noKey) {
            throw new IllegalArgumentException("a public key must be one of its type", noKey);
        }
    }

    /** As it is written: the raw key in hexadecimal for Ed25519, else PEM. */
    static String write(SignatureScheme scheme, PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (scheme == SignatureScheme.ED25519) {
            String hex = HEX.formatHex(encoded);
            if (!hex.startsWith(ED25519_HEAD)) {
                throw new IllegalArgumentException("the key is not an Ed25519 key");
            }
            return hex.substring(ED25519_HEAD.length());
        }
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static PublicKey ed25519(String text) throws GeneralSecurityException {
        if (text.length() != 64) {
            throw new IllegalArgumentException("an Ed25519 key must be 64 hexadecimal digits");
        }
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(
                        new X509EncodedKeySpec(HEX.parseHex(ED25519_HEAD + canonical(text))));
    }

    /** One point has one text: y is below 2^255-19, or it would be a second name of another y. */
    private static String canonical(String text) {
        byte[] key = HEX.parseHex(text);
        boolean allOnes = (key[31] & 0x7F) == 0x7F;
        for (int i = 1; i < 31; i++) {
            allOnes &= (key[i] & 0xFF) == 0xFF;
        }
        if (allOnes && (key[0] & 0xFF) >= 0xED) {
            throw new IllegalArgumentException("an Ed25519 key must be below 2^255-19");
        }
        return text;
    }

    private static PublicKey p256(String text) throws GeneralSecurityException {
        byte[] point = text.startsWith("-") ? p256OfPem(text) : HEX.parseHex(text);
        // Bouncy Castle refuses a point that is not on the curve; the form written is one of three.
        byte[] uncompressed =
                CustomNamedCurves.getByName("P-256")
                        .getCurve()
                        .decodePoint(point)
                        .getEncoded(false);
        if (uncompressed.length != P256_POINT_BYTES) {
            throw new IllegalArgumentException("a key must not be the point at infinity");
        }
        byte[] encoded = HEX.parseHex(P256_HEAD + HEX.formatHex(uncompressed));
        if (KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded))
                instanceof ECPublicKey key) {
            return key;
        }
        throw new IllegalArgumentException("the key is not one of P-256");
    }

    private static byte[] p256OfPem(String pem) {
        String hex = HEX.formatHex(der(pem));
        String algorithm = P256_HEAD.substring(4, P256_HEAD.length() - 6);
        if (!hex.contains(algorithm)) {
            throw new IllegalArgumentException("the key is not one of P-256");
        }
        return SubjectPublicKeyInfo.getInstance(der(pem)).getPublicKeyData().getOctets();
    }

    private static PublicKey rsa(String pem) throws GeneralSecurityException {
        if (KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der(pem)))
                        instanceof RSAPublicKey key
                && key.getModulus().bitLength() >= RSA_BITS_MIN
                && key.getModulus().bitLength() <= RSA_BITS_MAX) {
            return key;
        }
        throw new IllegalArgumentException(
                "an RSA key must have %d to %d bits".formatted(RSA_BITS_MIN, RSA_BITS_MAX));
    }

    private static byte[] der(String pem) {
        Matcher parts = PEM.matcher(pem.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("a public key must be PEM");
        }
        return Base64.getMimeDecoder().decode(parts.group(1));
    }
}
