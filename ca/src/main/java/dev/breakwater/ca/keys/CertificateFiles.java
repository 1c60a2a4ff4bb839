/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;

/** The authority's certificates as PEM files, {@code root.crt} and {@code issuing.crt}. */
final class CertificateFiles {

    private static final int BYTES_MAX = 64 * 1024;

    private final Path directory;

    CertificateFiles(Path directory) {
        this.directory = directory;
    }

    Optional<X509Certificate> read(CaRole role) throws KeyStoreFailed {
        Path file = file(role);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.size(file) > BYTES_MAX) {
                throw new KeyStoreFailed(file + " is far too long for a certificate");
            }
            return Optional.of(
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in));
        } catch (IOException | CertificateException unreadable) {
            throw new KeyStoreFailed(
                    file + " cannot be read as a certificate; restore it from a backup",
                    unreadable);
        }
    }

    void write(CaRole role, X509Certificate certificate) throws KeyStoreFailed {
        try {
            String body =
                    Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(certificate.getEncoded());
            String pem = "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
            DurableFile.createDirectory(directory);
            DurableFile.replace(file(role), pem.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | CertificateException unwritable) {
            throw new KeyStoreFailed("cannot write " + file(role), unwritable);
        }
    }

    private Path file(CaRole role) {
        return directory.resolve(role.label() + ".crt");
    }
}
