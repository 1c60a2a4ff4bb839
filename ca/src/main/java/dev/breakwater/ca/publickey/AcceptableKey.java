/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.publickey;

import dev.breakwater.ca.ledger.KeyFingerprint;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A public key that was checked and found worth certifying. Only {@link #check} makes one.
 *
 * <p>Encodings are held to their one canonical form. Otherwise one key could be registered twice: a
 * compressed and an uncompressed point hash to different fingerprints.
 */
public final class AcceptableKey {

    private static final int RSA_BITS_MIN = 2048;
    private static final int RSA_BITS_MAX = 4096;
    private static final BigInteger RSA_EXPONENT = BigInteger.valueOf(65537);

    private final byte[] encoded;
    private final PublicKey key;

    private AcceptableKey(byte[] encoded, PublicKey key) {
        this.encoded = encoded;
        this.key = key;
    }

    /**
     * Checks a key.
     *
     * @param subjectPublicKeyDer a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), untrusted
     * @throws UnacceptableKey with what is wrong
     */
    public static AcceptableKey check(byte[] subjectPublicKeyDer) throws UnacceptableKey {
        SubjectPublicKeyInfo info = parse(subjectPublicKeyDer);
        ASN1ObjectIdentifier algorithm = info.getAlgorithm().getAlgorithm();
        String keyFactory;
        if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            checkEllipticCurve(info);
            keyFactory = "EC";
        } else if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
            checkEd25519(info);
            keyFactory = "Ed25519";
        } else if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            checkRsa(info);
            keyFactory = "RSA";
        } else {
            throw new UnacceptableKey(
                    KeyDefect.ALGORITHM,
                    "key algorithm "
                            + algorithm
                            + " is not one of P-256, P-384, Ed25519 and RSA; make a P-256 key");
        }
        return new AcceptableKey(
                subjectPublicKeyDer.clone(), toJdkKey(keyFactory, subjectPublicKeyDer));
    }

    /** The SubjectPublicKeyInfo in DER. */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** The key, for the JDK. */
    public PublicKey key() {
        return key;
    }

    /** The name under which the key is registered. */
    public KeyFingerprint fingerprint() {
        return KeyFingerprint.of(encoded);
    }

    private static SubjectPublicKeyInfo parse(byte[] der) throws UnacceptableKey {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(der);
            if (info != null) {
                return info;
            }
        } catch (RuntimeException notAKey) {
            throw malformed(notAKey);
        }
        throw new UnacceptableKey(KeyDefect.MALFORMED, "there is no public key");
    }

    private static void checkEllipticCurve(SubjectPublicKeyInfo info) throws UnacceptableKey {
        // Named curves only: explicit parameters let the sender choose the base point and so a
        // private key for somebody else's public one (CVE-2020-0601).
        if (!(info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve)
                || !(curve.equals(SECObjectIdentifiers.secp256r1)
                        || curve.equals(SECObjectIdentifiers.secp384r1))) {
            throw new UnacceptableKey(
                    KeyDefect.CURVE, "the elliptic curve is not P-256 or P-384, by name");
        }
        byte[] point = info.getPublicKeyData().getOctets();
        int fieldBytes = curve.equals(SECObjectIdentifiers.secp256r1) ? 32 : 48;
        // Infinity is a single zero octet (SEC 1 section 2.3.3) and is caught by the length.
        if (point.length != 1 + 2 * fieldBytes || point[0] != 4) {
            throw new UnacceptableKey(
                    KeyDefect.POINT, "the elliptic curve point is not in uncompressed form");
        }
        try {
            var parameters = (ECPublicKeyParameters) PublicKeyFactory.createKey(info);
            requireCanonical(
                    info, SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(parameters));
        } catch (IOException | RuntimeException offCurve) {
            throw new UnacceptableKey(KeyDefect.POINT, "the point is not on its elliptic curve");
        }
    }

    private static void checkEd25519(SubjectPublicKeyInfo info) throws UnacceptableKey {
        byte[] point = info.getPublicKeyData().getOctets();
        if (info.getAlgorithm().getParameters() != null
                || point.length != Ed25519.PUBLIC_KEY_SIZE) {
            throw new UnacceptableKey(
                    KeyDefect.MALFORMED, "an Ed25519 key is 32 octets without parameters");
        }
        // The full check refuses points of small order, under which one signature fits many texts.
        if (!Ed25519.validatePublicKeyFull(point, 0)) {
            throw new UnacceptableKey(
                    KeyDefect.POINT, "the Ed25519 point is off the curve or of small order");
        }
    }

    private static void checkRsa(SubjectPublicKeyInfo info) throws UnacceptableKey {
        RSAPublicKey rsa;
        try {
            rsa = RSAPublicKey.getInstance(info.parsePublicKey());
            requireCanonical(
                    info,
                    new SubjectPublicKeyInfo(
                            new org.bouncycastle.asn1.x509.AlgorithmIdentifier(
                                    PKCSObjectIdentifiers.rsaEncryption,
                                    org.bouncycastle.asn1.DERNull.INSTANCE),
                            rsa));
        } catch (IOException | RuntimeException notRsa) {
            throw malformed(notRsa);
        }
        int bits = rsa.getModulus().bitLength();
        if (rsa.getModulus().signum() <= 0 || bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
            throw new UnacceptableKey(
                    KeyDefect.RSA_SIZE,
                    "the RSA key has "
                            + bits
                            + " bits; it must have "
                            + RSA_BITS_MIN
                            + " to "
                            + RSA_BITS_MAX
                            + ", and P-256 is better");
        }
        if (!rsa.getPublicExponent().equals(RSA_EXPONENT)) {
            throw new UnacceptableKey(KeyDefect.RSA_EXPONENT, "the RSA exponent is not 65537");
        }
        RsaModulus.check(rsa.getModulus());
    }

    private static void requireCanonical(SubjectPublicKeyInfo given, SubjectPublicKeyInfo canonical)
            throws IOException, UnacceptableKey {
        if (!Arrays.equals(given.getEncoded("DER"), canonical.getEncoded("DER"))) {
            throw new UnacceptableKey(
                    KeyDefect.MALFORMED, "the public key is not in its canonical encoding");
        }
    }

    private static PublicKey toJdkKey(String algorithm, byte[] der) throws UnacceptableKey {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException notAKey) {
            throw malformed(notAKey);
        }
    }

    private static UnacceptableKey malformed(Exception cause) {
        var malformed =
                new UnacceptableKey(KeyDefect.MALFORMED, "the public key could not be decoded");
        malformed.initCause(cause);
        return malformed;
    }
}
