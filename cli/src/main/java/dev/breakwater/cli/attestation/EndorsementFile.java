/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.attestation;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A file with one certificate or one public key, in PEM or DER. Whatever else it holds is refused,
 * a private key above all: who asks for a public thing and is given a secret says so loudly.
 */
final class EndorsementFile {

    /** Some thirty times what the server takes as a certificate, so that a chain is called one. */
    private static final int BYTES_MAX = 256 * 1024;

    /** What the server takes as endorsement keys; any other could never match. */
    private static final Set<Integer> RSA_BITS = Set.of(2048, 3072);

    private static final int EC_BITS = 256;

    private EndorsementFile() {}

    /** The only certificate of a file. */
    static X509Certificate certificate(Path file) {
        byte[] der = only(file, "CERTIFICATE", "certificate");
        try {
            X509Certificate read =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(der));
            if (!Arrays.equals(read.getEncoded(), der)) {
                throw refused(
                        file + " holds more than one certificate; give one, with nothing behind");
            }
            return read;
        } catch (CertificateException unreadable) {
            throw refused(file + " holds no certificate that can be read", unreadable);
        }
    }

    /** The SHA-256 of the endorsement key that a file's certificate is about. */
    static Fingerprint keyOfCertificate(Path file) {
        X509Certificate certificate = certificate(file);
        if (certificate.getBasicConstraints() >= 0) {
            throw refused(
                    file
                            + " holds the certificate of an authority, not of an endorsement key;"
                            + " breakwater attestation authority add takes it");
        }
        return sha256(file, certificate.getPublicKey());
    }

    /** The SHA-256 of the endorsement key in a file. */
    static Fingerprint key(Path file) {
        byte[] der = only(file, "PUBLIC KEY", "public key");
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return sha256(
                        file,
                        KeyFactory.getInstance(algorithm)
                                .generatePublic(new X509EncodedKeySpec(der)));
            } catch (GeneralSecurityException _) {
                // It may be of the other one.
            }
        }
        throw refused(
                file + " holds no SubjectPublicKeyInfo of an RSA or P-256 key that can be read");
    }

    /**
     * Written anew from its numbers, as the server does with what a TPM says: one key has one
     * SHA-256, however its file was encoded.
     */
    private static Fingerprint sha256(Path file, PublicKey key) {
        try {
            byte[] encoded =
                    switch (key) {
                        case RSAPublicKey rsa
                                when RSA_BITS.contains(rsa.getModulus().bitLength()) ->
                                encoded(
                                        "RSA",
                                        new RSAPublicKeySpec(
                                                rsa.getModulus(), rsa.getPublicExponent()));
                        case ECPublicKey ec
                                when ec.getParams().getCurve().getField().getFieldSize()
                                        == EC_BITS ->
                                encoded("EC", new ECPublicKeySpec(ec.getW(), ec.getParams()));
                        default ->
                                throw refused(
                                        file
                                                + " is about a key that is none of a TPM here: endorsement"
                                                + " keys are RSA of 2048 or 3072 bits, or P-256");
                    };
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded);
            return new Fingerprint(HexFormat.of().formatHex(digest));
        } catch (GeneralSecurityException unusable) {
            throw refused(file + " holds a public key that cannot be used", unusable);
        }
    }

    private static byte[] encoded(String algorithm, KeySpec numbers)
            throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePublic(numbers).getEncoded();
    }

    /** The DER of the only thing in a file, which has to be this. */
    private static byte[] only(Path file, String label, String noun) {
        byte[] content = read(file);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (Pem.isPrivateKeyIn(text) || isPrivateKey(content)) {
            throw refused(
                    file
                            + " holds a private key: nothing of it was sent. Give the "
                            + noun
                            + " alone, and keep the key where it belongs");
        }
        if (!Pem.isIn(text)) {
            return content;
        }
        List<Pem> blocks = Pem.blocks(text);
        for (Pem block : blocks) {
            if (!block.label().equals(label)) {
                throw refused(
                        "%s holds a block of PEM that is called %s, where one %s is wanted"
                                .formatted(file, block.label(), noun));
            }
        }
        if (blocks.size() != 1) {
            throw refused(
                    blocks.isEmpty()
                            ? file + " holds the beginning of PEM, but no whole " + noun
                            : "%s holds %d of them, where one %s is wanted; give one at a time"
                                    .formatted(file, blocks.size(), noun));
        }
        try {
            return blocks.getFirst().content();
        } catch (IllegalArgumentException noBase64) {
            throw refused(file + " holds no base64 between its lines of PEM", noBase64);
        }
    }

    /** Whether it is PKCS#8 in DER (RFC 5958); older forms of DER have no mark to know them by. */
    private static boolean isPrivateKey(byte[] der) {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                if (KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(der))
                        .getFormat()
                        .equals("PKCS#8")) {
                    return true;
                }
            } catch (GeneralSecurityException _) {
                // It is none of this algorithm.
            }
        }
        return false;
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(BYTES_MAX + 1);
            if (content.length > BYTES_MAX) {
                throw refused(file + " is larger than 256 KiB: it is no certificate and no key");
            }
            return content;
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static CommandFailed refused(String sentence) {
        return new CommandFailed(ExitCode.USAGE, sentence);
    }

    private static CommandFailed refused(String sentence, Exception cause) {
        return new CommandFailed(ExitCode.USAGE, sentence, cause);
    }
}
