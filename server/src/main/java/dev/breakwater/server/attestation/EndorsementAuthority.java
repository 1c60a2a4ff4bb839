/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.server.organization.OrganizationId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * A root whose certificates an organization believes about endorsement keys: a maker of TPMs.
 *
 * @param sha256 of the certificate
 * @param note whose it is, in the organization's words
 * @param addedBy who entered it
 */
public record EndorsementAuthority(
        OrganizationId organization,
        ListedSha256 sha256,
        X509Certificate certificate,
        String note,
        Instant addedAt,
        String addedBy) {

    private static final int KEY_CERT_SIGN = 5;

    /**
     * One that was entered before.
     *
     * @throws CertificateException if what was kept cannot be read
     */
    public static EndorsementAuthority kept(
            OrganizationId organization, byte[] der, String note, Instant addedAt, String addedBy)
            throws CertificateException {
        return new EndorsementAuthority(
                organization, ListedSha256.of(der), parse(der), note, addedAt, addedBy);
    }

    /**
     * Reads one certificate from PEM.
     *
     * @throws IllegalArgumentException if it is anything else, or cannot be the root of a chain;
     *     the message is for whoever enters it
     */
    static X509Certificate read(String pem) {
        X509Certificate certificate;
        try (PemReader reader = new PemReader(new StringReader(pem))) {
            PemObject first = reader.readPemObject();
            if (first == null || !first.getType().equals("CERTIFICATE")) {
                throw new IllegalArgumentException("no certificate in PEM is there");
            }
            certificate = parse(first.getContent());
            if (reader.readPemObject() != null) {
                throw new IllegalArgumentException("enter one certificate at a time");
            }
        } catch (IOException | CertificateException unreadable) {
            throw new IllegalArgumentException("the certificate cannot be read", unreadable);
        }
        requireRoot(certificate);
        return certificate;
    }

    /** One certificate in DER, with nothing behind it. */
    static X509Certificate parse(byte[] der) throws CertificateException {
        X509Certificate read =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(der));
        if (!Arrays.equals(read.getEncoded(), der)) {
            throw new CertificateException("something follows the certificate");
        }
        return read;
    }

    /** A root signs itself; what is signed by another belongs into the device's chain. */
    private static void requireRoot(X509Certificate certificate) {
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException("the certificate is not that of an authority");
        }
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            throw new IllegalArgumentException("the certificate's key may not sign certificates");
        }
        PublicKey own = certificate.getPublicKey();
        try {
            certificate.verify(own);
        } catch (GeneralSecurityException notItself) {
            throw new IllegalArgumentException(
                    "the certificate is not a root: it is not signed by itself", notItself);
        }
    }
}
