/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X962Parameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * The public half of a private key, as SHA-256 of its SubjectPublicKeyInfo: by it a key that
 * everybody has is known again in whatever form. Empty when it cannot be derived; that a key is one
 * does not depend on it.
 */
final class PublicHalf {

    private PublicHalf() {}

    static Optional<String> ofRsa(BigInteger modulus, BigInteger exponent) {
        return of(() -> new RSAKeyParameters(false, modulus, exponent));
    }

    static Optional<String> ofPkcs8(byte[] der) {
        return of(() -> publicHalf(PrivateKeyFactory.createKey(PrivateKeyInfo.getInstance(der))));
    }

    static Optional<String> ofSec1(byte[] der) {
        return of(
                () -> {
                    ECPrivateKey key = ECPrivateKey.getInstance(der);
                    AlgorithmIdentifier algorithm =
                            new AlgorithmIdentifier(
                                    X9ObjectIdentifiers.id_ecPublicKey,
                                    X962Parameters.getInstance(key.getParametersObject()));
                    ASN1BitString publicKey = key.getPublicKey();
                    return publicKey == null
                            ? publicHalf(
                                    PrivateKeyFactory.createKey(new PrivateKeyInfo(algorithm, key)))
                            : PublicKeyFactory.createKey(
                                    new SubjectPublicKeyInfo(algorithm, publicKey.getOctets()));
                });
    }

    /** Of the public part of OpenSSH's form, RFC 4253, 6.6. */
    static Optional<String> ofSsh(byte[] blob) {
        return of(() -> OpenSSHPublicKeyUtil.parsePublicKey(blob));
    }

    private static AsymmetricKeyParameter publicHalf(AsymmetricKeyParameter key) {
        return switch (key) {
            case RSAPrivateCrtKeyParameters rsa ->
                    new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
            case ECPrivateKeyParameters ec ->
                    new ECPublicKeyParameters(
                            ec.getParameters().getG().multiply(ec.getD()), ec.getParameters());
            case Ed25519PrivateKeyParameters ed -> ed.generatePublicKey();
            default -> throw new IllegalArgumentException("no public half is known of it");
        };
    }

    private interface Derivation {
        AsymmetricKeyParameter derive() throws IOException;
    }

    private static Optional<String> of(Derivation derivation) {
        try {
            byte[] info =
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(derivation.derive())
                            .getEncoded();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(info);
            return Optional.of(HexFormat.of().formatHex(hash));
        } catch (IOException | RuntimeException underivable) {
            // The bytes are anybody's; whatever a parser objects to, it is not a known key.
            return Optional.empty();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
