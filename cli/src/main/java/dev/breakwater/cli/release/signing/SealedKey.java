/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.jspecify.annotations.Nullable;

/**
 * PKCS#8 sealed with a passphrase as PBES2 (RFC 8018): PBKDF2 with HMAC-SHA-256, and AES-256 in
 * CBC. Every tool reads it, and that is why it is this and not Argon2id; the count makes up for it.
 */
final class SealedKey {

    /** How a key that came from elsewhere is sealed so that it is taken here. */
    static final String BY_OPENSSL =
            "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -in KEY -out FILE";

    /** What is asked of PBKDF2 with SHA-256 today; half a second here, for each guess. */
    static final int ITERATIONS = 600_000;

    /** Below it a stolen file is soon guessed; openssl's own default is 2,048. */
    static final int ITERATIONS_MIN = 100_000;

    /** Half a minute; a file that asks for more was made to keep somebody waiting. */
    static final int ITERATIONS_MAX = 20_000_000;

    private static final int SALT_BYTES = 16;
    private static final int IV_BYTES = 16;
    private static final int KEY_BITS = 256;

    private SealedKey() {}

    static byte[] seal(PrivateKey key, SecretText passphrase) throws GeneralSecurityException {
        byte[] salt = SecureBytes.fresh(SALT_BYTES);
        byte[] iv = SecureBytes.fresh(IV_BYTES);
        byte[] clear = key.getEncoded();
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, passphrase, salt, ITERATIONS, iv).doFinal(clear);
            PBES2Parameters parameters =
                    new PBES2Parameters(
                            new KeyDerivationFunc(
                                    PKCSObjectIdentifiers.id_PBKDF2,
                                    new PBKDF2Params(
                                            salt,
                                            ITERATIONS,
                                            new AlgorithmIdentifier(
                                                    PKCSObjectIdentifiers.id_hmacWithSHA256,
                                                    DERNull.INSTANCE))),
                            new EncryptionScheme(
                                    NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
            return new EncryptedPrivateKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters),
                            sealed)
                    .getEncoded();
        } catch (IOException impossible) {
            throw new IllegalStateException("DER is written to memory", impossible);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /**
     * Opens it.
     *
     * @throws GeneralSecurityException if the passphrase is wrong, or it was changed, or sealed in
     *     a way that is not taken; the text says which
     */
    static KeyPair open(byte[] der, SecretText passphrase) throws GeneralSecurityException {
        EncryptedPrivateKeyInfo sealed = sealed(der);
        PBES2Parameters parameters = parameters(sealed);
        PBKDF2Params derivation = derivation(parameters);
        byte[] iv =
                ASN1OctetString.getInstance(parameters.getEncryptionScheme().getParameters())
                        .getOctets();
        Cipher cipher =
                cipher(
                        Cipher.DECRYPT_MODE,
                        passphrase,
                        derivation.getSalt(),
                        derivation.getIterationCount().intValueExact(),
                        iv);
        byte[] clear = new byte[0];
        try {
            clear = cipher.doFinal(sealed.getEncryptedData());
            return pair(secret(clear), clear);
        } catch (BadPaddingException | IllegalBlockSizeException wrong) {
            throw wrongPassphrase(wrong);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /** A wrong passphrase may leave a padding that is right, one time in 256. */
    private static AsymmetricKeyParameter secret(byte[] pkcs8) throws GeneralSecurityException {
        try {
            return PrivateKeyFactory.createKey(pkcs8);
        } catch (IOException | RuntimeException noKey) {
            throw wrongPassphrase(noKey);
        }
    }

    private static GeneralSecurityException wrongPassphrase(Exception cause) {
        return new GeneralSecurityException(
                "the passphrase is wrong, or the file was changed", cause);
    }

    private static EncryptedPrivateKeyInfo sealed(byte[] der) throws GeneralSecurityException {
        try {
            return EncryptedPrivateKeyInfo.getInstance(der);
        } catch (RuntimeException malformed) {
            throw new GeneralSecurityException("it is no PKCS#8", malformed);
        }
    }

    private static PBES2Parameters parameters(EncryptedPrivateKeyInfo sealed)
            throws GeneralSecurityException {
        AlgorithmIdentifier algorithm = sealed.getEncryptionAlgorithm();
        try {
            if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
                PBES2Parameters parameters = PBES2Parameters.getInstance(algorithm.getParameters());
                if (parameters
                        .getEncryptionScheme()
                        .getAlgorithm()
                        .equals(NISTObjectIdentifiers.id_aes256_CBC)) {
                    return parameters;
                }
            }
        } catch (RuntimeException malformed) {
            throw otherwise(malformed);
        }
        throw otherwise(null);
    }

    private static PBKDF2Params derivation(PBES2Parameters parameters)
            throws GeneralSecurityException {
        PBKDF2Params derivation;
        try {
            KeyDerivationFunc function = parameters.getKeyDerivationFunc();
            derivation = PBKDF2Params.getInstance(function.getParameters());
            if (!function.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)
                    || !derivation
                            .getPrf()
                            .getAlgorithm()
                            .equals(PKCSObjectIdentifiers.id_hmacWithSHA256)) {
                throw otherwise(null);
            }
        } catch (RuntimeException malformed) {
            throw otherwise(malformed);
        }
        if (derivation.getIterationCount().bitLength() > 31
                || derivation.getIterationCount().intValueExact() > ITERATIONS_MAX) {
            throw new GeneralSecurityException(
                    "it wants more than %,d iterations".formatted(ITERATIONS_MAX));
        }
        if (derivation.getIterationCount().intValueExact() < ITERATIONS_MIN) {
            throw new GeneralSecurityException(
                    "its passphrase is soon guessed: %,d iterations, where %,d are the least; seal it with: %s"
                            .formatted(
                                    derivation.getIterationCount().intValueExact(),
                                    ITERATIONS_MIN,
                                    BY_OPENSSL));
        }
        return derivation;
    }

    private static GeneralSecurityException otherwise(@Nullable Exception cause) {
        return new GeneralSecurityException(
                "it is not sealed with AES-256 by PBKDF2 with HMAC-SHA-256; seal it with: "
                        + BY_OPENSSL,
                cause);
    }

    private static Cipher cipher(
            int mode, SecretText passphrase, byte[] salt, int iterations, byte[] iv)
            throws GeneralSecurityException {
        char[] characters = passphrase.copy();
        PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, KEY_BITS);
        Arrays.fill(characters, '\0');
        byte[] key = new byte[0];
        try {
            key =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded();
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
            return cipher;
        } finally {
            spec.clearPassword();
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Both halves: PKCS#8 holds the private one only. */
    private static KeyPair pair(AsymmetricKeyParameter secret, byte[] pkcs8)
            throws GeneralSecurityException {
        AsymmetricKeyParameter open =
                switch (secret) {
                    case Ed25519PrivateKeyParameters key -> key.generatePublicKey();
                    case ECPrivateKeyParameters key ->
                            new ECPublicKeyParameters(
                                    new FixedPointCombMultiplier()
                                            .multiply(key.getParameters().getG(), key.getD()),
                                    key.getParameters());
                    default ->
                            throw new GeneralSecurityException(
                                    "it is no key of Ed25519 or ECDSA on P-256");
                };
        KeyFactory factory =
                KeyFactory.getInstance(secret instanceof ECPrivateKeyParameters ? "EC" : "Ed25519");
        try {
            byte[] spki = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open).getEncoded();
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(spki)),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (IOException impossible) {
            throw new IllegalStateException("DER is written to memory", impossible);
        }
    }
}
