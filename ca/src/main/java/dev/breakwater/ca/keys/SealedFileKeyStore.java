/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Keys in files: PKCS#8 (RFC 5208) holding an elliptic curve key with its public half (RFC 5915),
 * sealed under a key that is kept elsewhere. A copied data directory gives up no key.
 *
 * <p>The role is the context of the seal, so that the sealed root key cannot be put in place of the
 * issuing key.
 */
public final class SealedFileKeyStore implements CaKeyStore {

    private static final int P256_BITS = 256;

    private final Path directory;
    private final SealingKey sealingKey;
    private final CertificateFiles certificates;

    /**
     * Keeps keys in this directory, which is made with the first of them.
     *
     * @param sealingKey must outlive this store
     */
    public SealedFileKeyStore(Path directory, SealingKey sealingKey) {
        this.directory = directory;
        this.sealingKey = sealingKey;
        this.certificates = new CertificateFiles(directory);
    }

    @Override
    public Optional<CaKey> key(CaRole role) throws KeyStoreFailed {
        Path file = file(role);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] pkcs8 = open(role, file);
        try {
            return Optional.of(decode(pkcs8));
        } catch (GeneralSecurityException | IOException | RuntimeException notAKey) {
            // The cause is left out: parsers like to quote what they could not read.
            throw new KeyStoreFailed(file + " opened, but holds no elliptic curve key");
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    @Override
    public CaKey generate(CaRole role) throws KeyStoreFailed {
        Path file = file(role);
        if (Files.exists(file)) {
            throw new KeyStoreFailed(file + " exists and is not replaced");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            byte[] pkcs8 = encode(keys);
            DurableFile.createDirectory(directory);
            // A crash before the rename inside leaves a stray .tmp and no key.
            DurableFile.replace(file, sealingKey.seal(pkcs8, context(role)));
            Arrays.fill(pkcs8, (byte) 0);
            return new JdkCaKey(keys.getPrivate(), keys.getPublic(), null);
        } catch (GeneralSecurityException | IOException failed) {
            throw new KeyStoreFailed("cannot make the " + role.label() + " key in " + file, failed);
        }
    }

    @Override
    public Optional<X509Certificate> certificate(CaRole role) throws KeyStoreFailed {
        return certificates.read(role);
    }

    @Override
    public void storeCertificate(CaRole role, X509Certificate certificate) throws KeyStoreFailed {
        certificates.write(role, certificate);
    }

    private byte[] open(CaRole role, Path file) throws KeyStoreFailed {
        try {
            if (Files.size(file) > SealingKey.PLAINTEXT_BYTES_MAX) {
                throw new KeyStoreFailed(file + " is far too long for a sealed key");
            }
            return sealingKey.open(Files.readAllBytes(file), context(role));
        } catch (SealBroken broken) {
            throw new KeyStoreFailed(
                    file
                            + " does not open with this sealing key: give the key it was sealed with,"
                            + " or restore the file from a backup",
                    broken);
        } catch (IOException unreadable) {
            throw new KeyStoreFailed(file + " cannot be read", unreadable);
        }
    }

    private static byte[] encode(KeyPair keys) throws IOException {
        SubjectPublicKeyInfo publicKey =
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        BigInteger scalar = ((ECPrivateKey) keys.getPrivate()).getS();
        return new PrivateKeyInfo(
                        publicKey.getAlgorithm(),
                        new org.bouncycastle.asn1.sec.ECPrivateKey(
                                P256_BITS,
                                scalar,
                                new DERBitString(publicKey.getPublicKeyData().getOctets()),
                                null))
                .getEncoded("DER");
    }

    private static CaKey decode(byte[] pkcs8) throws GeneralSecurityException, IOException {
        PrivateKeyInfo decoded = PrivateKeyInfo.getInstance(pkcs8);
        ASN1BitString point =
                org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(decoded.parsePrivateKey())
                        .getPublicKey();
        byte[] publicKeyDer =
                new SubjectPublicKeyInfo(decoded.getPrivateKeyAlgorithm(), point.getOctets())
                        .getEncoded("DER");
        KeyFactory factory = KeyFactory.getInstance("EC");
        PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(publicKeyDer));
        return new JdkCaKey(privateKey, publicKey, null);
    }

    private Path file(CaRole role) {
        return directory.resolve(role.label() + ".key.sealed");
    }

    private static byte[] context(CaRole role) {
        return ("breakwater ca key: " + role.label()).getBytes(StandardCharsets.US_ASCII);
    }
}
