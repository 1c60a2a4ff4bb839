/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.refusal.RefusalReason;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Finds out what is wrong with a certificate that is not registered, for the operator's eyes. It
 * decides nothing: by the time it is asked, the certificate is refused.
 */
final class CertificateDiagnosis {

    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final List<X509Certificate> ourAuthorities;

    CertificateDiagnosis(List<X509Certificate> ourAuthorities) {
        this.ourAuthorities = List.copyOf(ourAuthorities);
    }

    RefusalReason of(X509Certificate certificate, Instant now) {
        if (certificate.getBasicConstraints() >= 0) {
            return RefusalReason.CERTIFICATE_OF_CA;
        }
        List<X509Certificate> namedIssuers =
                ourAuthorities.stream()
                        .filter(
                                ours ->
                                        ours.getSubjectX500Principal()
                                                .equals(certificate.getIssuerX500Principal()))
                        .toList();
        if (namedIssuers.isEmpty()) {
            boolean selfSigned =
                    certificate
                            .getSubjectX500Principal()
                            .equals(certificate.getIssuerX500Principal());
            return selfSigned
                    ? RefusalReason.CERTIFICATE_SELF_SIGNED
                    : RefusalReason.CERTIFICATE_FROM_OTHER_CA;
        }
        if (namedIssuers.stream().noneMatch(issuer -> signed(issuer, certificate))) {
            return RefusalReason.CERTIFICATE_SIGNATURE_FORGED;
        }
        if (certificate.getNotAfter().toInstant().isBefore(now)) {
            return RefusalReason.CERTIFICATE_EXPIRED;
        }
        if (certificate.getNotBefore().toInstant().isAfter(now)) {
            return RefusalReason.CERTIFICATE_NOT_YET_VALID;
        }
        return forClients(certificate)
                ? RefusalReason.CERTIFICATE_UNREGISTERED
                : RefusalReason.CERTIFICATE_WRONG_USAGE;
    }

    private static boolean signed(X509Certificate issuer, X509Certificate certificate) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException forged) {
            return false;
        }
    }

    private static boolean forClients(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages != null && usages.contains(CLIENT_AUTHENTICATION);
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }
}
