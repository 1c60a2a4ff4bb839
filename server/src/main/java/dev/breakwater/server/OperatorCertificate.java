/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.ca.publickey.AcceptableKey;
import dev.breakwater.ca.publickey.UnacceptableKey;
import dev.breakwater.server.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and judges a certificate that an operator brings, which anybody's browser trusts. Nothing
 * is taken that would make a listener unreachable: the key must be the certificate's, the chain in
 * order, the time right, and one of the server's names in it.
 */
final class OperatorCertificate {

    private static final int FILE_BYTES_MAX = 65_536;
    private static final int CHAIN_MAX = 10;
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final Pattern PRIVATE_KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final CertificateFiles files;
    private final ServerNames names;
    private final Clock clock;

    OperatorCertificate(CertificateFiles files, ServerNames names, Clock clock) {
        this.files = files;
        this.names = names;
        this.clock = clock;
    }

    /** What the files hold now. */
    TlsIdentity read() throws CertificateUnusable {
        List<X509Certificate> chain = chain(bytes(files.certificate()));
        X509Certificate leaf = chain.getFirst();
        requireOwnerOnly();
        PrivateKey key = key(bytes(files.key()), leaf.getPublicKey());
        requirePair(key, leaf.getPublicKey());
        requireServer(leaf);
        requireValid(leaf);
        CertificateNames named = CertificateNames.of(leaf);
        if (!named.coversAnyOf(names)) {
            throw unusable(
                    files.certificate(),
                    "names none of the names of this server; it is for " + named);
        }
        return new TlsIdentity(key, chain);
    }

    private static byte[] bytes(Path file) throws CertificateUnusable {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw unusable(file, "is larger than 64 KiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new CertificateUnusable(
                    "the file " + file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private List<X509Certificate> chain(byte[] pem) throws CertificateUnusable {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .forEach(certificate -> chain.add((X509Certificate) certificate));
            if (chain.isEmpty() || chain.size() > CHAIN_MAX) {
                throw unusable(
                        files.certificate(), "must hold 1 to " + CHAIN_MAX + " certificates");
            }
            for (int i = 0; i + 1 < chain.size(); i++) {
                chain.get(i).verify(chain.get(i + 1).getPublicKey());
            }
            AcceptableKey.check(chain.getFirst().getPublicKey().getEncoded());
            return chain;
        } catch (UnacceptableKey weak) {
            throw new CertificateUnusable(
                    "the key of " + files.certificate() + " is refused: " + weak.getMessage(),
                    weak);
        } catch (GeneralSecurityException broken) {
            throw new CertificateUnusable(
                    files.certificate()
                            + " must hold the server's certificate and behind it, each signed by the next, those that lead to the root: "
                            + broken.getMessage(),
                    broken);
        }
    }

    private void requireOwnerOnly() throws CertificateUnusable {
        try {
            if (!OWNER.containsAll(Files.getPosixFilePermissions(files.key().toRealPath()))) {
                throw unusable(
                        files.key(), "can be read by others; run: chmod 0600 " + files.key());
            }
        } catch (IOException unreadable) {
            throw new CertificateUnusable(
                    "the permissions of " + files.key() + " cannot be read: " + unreadable,
                    unreadable);
        }
    }

    private PrivateKey key(byte[] pem, PublicKey belongingTo) throws CertificateUnusable {
        Matcher key = PRIVATE_KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!key.find()) {
            throw unusable(
                    files.key(),
                    "holds no unencrypted PKCS#8 key (BEGIN PRIVATE KEY); openssl pkcs8 -topk8 -nocrypt makes one");
        }
        byte[] pkcs8 = {};
        try {
            pkcs8 = Base64.getMimeDecoder().decode(key.group(1));
            return KeyFactory.getInstance(belongingTo.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException | IllegalArgumentException otherKind) {
            // What the exception says may quote the key.
            throw unusable(files.key(), "holds no key of the certificate's kind, or a broken one");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the certificate's key was read", impossible);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** A signature that one makes and the other verifies is what makes them a pair. */
    private void requirePair(PrivateKey key, PublicKey certified) throws CertificateUnusable {
        String algorithm =
                switch (certified.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> certified.getAlgorithm();
                };
        byte[] said = "a pair".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(said);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(said);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException differing) {
            throw new CertificateUnusable(notAPair(), differing);
        }
        throw new CertificateUnusable(notAPair());
    }

    private String notAPair() {
        return "%s is not the key of %s".formatted(files.key(), files.certificate());
    }

    private void requireServer(X509Certificate leaf) throws CertificateUnusable {
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (leaf.getBasicConstraints() >= 0
                    || (purposes != null && !purposes.contains(SERVER_AUTHENTICATION))) {
                throw unusable(files.certificate(), "does not begin with a TLS server's own");
            }
        } catch (GeneralSecurityException malformed) {
            throw new CertificateUnusable(
                    files.certificate() + " says no purpose that can be read", malformed);
        }
    }

    private void requireValid(X509Certificate leaf) throws CertificateUnusable {
        Instant now = clock.instant();
        Instant from = leaf.getNotBefore().toInstant();
        Instant until = leaf.getNotAfter().toInstant();
        if (now.isBefore(from) || !now.isBefore(until)) {
            throw unusable(
                    files.certificate(), "is valid from %s until %s only".formatted(from, until));
        }
    }

    private static CertificateUnusable unusable(Path file, String why) {
        return new CertificateUnusable("the file " + file + " " + why);
    }
}
