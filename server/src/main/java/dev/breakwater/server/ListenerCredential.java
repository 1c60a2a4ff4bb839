/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuanceFailed;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.RequestRefused;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The key and certificate with which all listeners prove themselves. Kept across restarts, so that
 * a restart costs no serial; replaced, key and all, at two thirds of its life or when the
 * configured names change.
 *
 * <p>The certificate is written before the key that belongs to it, both whole: a crash between
 * leaves a pair that does not match, which {@link #current} takes for none.
 */
final class ListenerCredential {

    private static final byte[] CONTEXT = "listener key".getBytes(StandardCharsets.UTF_8);

    private final Path certificateFile;
    private final Path namesFile;
    private final Path keyFile;
    private final SealingKey sealingKey;
    private final CertificateAuthority authority;
    private final RequestValidation validation;
    private final ServerNames names;
    private final Clock clock;

    ListenerCredential(
            Path directory,
            SealingKey sealingKey,
            CertificateAuthority authority,
            RequestValidation validation,
            ServerNames names,
            Clock clock)
            throws IOException {
        DurableFile.createDirectory(directory);
        this.certificateFile = directory.resolve("listener.crt");
        this.namesFile = directory.resolve("listener.names");
        this.keyFile = directory.resolve("listener.key.sealed");
        this.sealingKey = sealingKey;
        this.authority = authority;
        this.validation = validation;
        this.names = names;
        this.clock = clock;
    }

    /** The identity on disk if it is good for now, or else a new one. */
    TlsIdentity open() throws StartRefused {
        try {
            Optional<TlsIdentity> kept = current();
            return kept.isPresent() ? kept.get() : issue();
        } catch (GeneralSecurityException
                | IOException
                | RequestRefused
                | LedgerFailed
                | IssuanceFailed failed) {
            throw new StartRefused(
                    "the listeners' certificate cannot be made: " + failed.getMessage(), failed);
        }
    }

    /** When the certificate should be replaced. */
    static Instant renewalDue(X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
        return from.plus(life.multipliedBy(2).dividedBy(3));
    }

    private Optional<TlsIdentity> current() throws IOException, GeneralSecurityException {
        if (!Files.exists(keyFile) || !Files.exists(certificateFile) || !Files.exists(namesFile)) {
            return Optional.empty();
        }
        if (!Files.readString(namesFile).equals(names.toString())) {
            return Optional.empty();
        }
        byte[] der = Files.readAllBytes(certificateFile);
        X509Certificate certificate =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(der));
        PrivateKey key;
        try {
            byte[] pkcs8 = sealingKey.open(Files.readAllBytes(keyFile), context(certificate));
            key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (SealBroken ofAnotherCertificate) {
            return Optional.empty();
        }
        boolean ours =
                certificate
                        .getIssuerX500Principal()
                        .equals(authority.issuers().getFirst().getSubjectX500Principal());
        boolean fresh = clock.instant().isBefore(renewalDue(certificate));
        return ours && fresh ? Optional.of(identity(key, certificate)) : Optional.empty();
    }

    private TlsIdentity issue()
            throws GeneralSecurityException,
                    IOException,
                    RequestRefused,
                    LedgerFailed,
                    IssuanceFailed {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        CertificateRequest request = CertificateRequest.signedBy(keys, names.first());
        IssuedCertificate issued =
                authority.issue(
                        validation.authorize(request, new IssuanceBasis.ServerListener(names)));
        X509Certificate certificate = issued.certificate();
        DurableFile.replace(namesFile, names.toString().getBytes(StandardCharsets.UTF_8));
        DurableFile.replace(certificateFile, certificate.getEncoded());
        DurableFile.replace(
                keyFile, sealingKey.seal(keys.getPrivate().getEncoded(), context(certificate)));
        return identity(keys.getPrivate(), certificate);
    }

    /** Binds the sealed key to its certificate: a key sealed for another one does not open. */
    private static byte[] context(X509Certificate certificate) {
        byte[] serial = certificate.getSerialNumber().toByteArray();
        byte[] context = new byte[CONTEXT.length + serial.length];
        System.arraycopy(CONTEXT, 0, context, 0, CONTEXT.length);
        System.arraycopy(serial, 0, context, CONTEXT.length, serial.length);
        return context;
    }

    private TlsIdentity identity(PrivateKey key, X509Certificate certificate) {
        return new TlsIdentity(key, List.of(certificate, authority.issuers().getFirst()));
    }
}
