/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds out whether an endorsement key is that of a TPM which the device's organization believes
 * in: by a chain of certificates to a root in its list (RFC 5280 section 6), or by the key itself.
 *
 * <p>Revocation is not asked for: that would let whoever hands in a certificate choose whom this
 * server connects to. A maker's root is taken out of the list instead.
 */
final class EndorsementCheck {

    /** tcg-kp-EKCertificate (TCG EK Credential Profile section 3.5.15). */
    private static final String EK_CERTIFICATE = "2.23.133.8.1";

    /** The endorsement key's certificate is not counted by PKIX. */
    private static final int INTERMEDIATES_MAX = 3;

    private final EndorsementStore store;
    private final int authoritiesMax;
    private final Clock clock;

    EndorsementCheck(EndorsementStore store, Limits limits, Clock clock) {
        this.store = store;
        this.authoritiesMax = limits.of(Limit.ENDORSEMENT_AUTHORITIES_PER_ORGANIZATION);
        this.clock = clock;
    }

    /**
     * What a device says of its endorsement key.
     *
     * @param certificate X.509 in DER, if its TPM has one
     * @param intermediates X.509 in DER
     */
    record Claim(TpmPublic key, Optional<byte[]> certificate, List<byte[]> intermediates) {}

    Endorsement check(OrganizationId organization, Claim claim) throws AttestationRefused {
        requireTemplate(claim.key());
        Optional<X509Certificate> certificate = Optional.empty();
        if (claim.certificate().isPresent()) {
            certificate = Optional.of(parse(claim.certificate().get()));
            // What is shown has to fit, even where the key alone would be enough.
            requireFits(certificate.get(), claim.key());
        }
        ListedSha256 fingerprint = new ListedSha256(claim.key().fingerprint());
        if (store.lists(organization, fingerprint)) {
            return new Endorsement(claim.key(), "endorsement-key:" + fingerprint);
        }
        if (certificate.isEmpty()) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED,
                    Map.of(
                            "why",
                            "there is no certificate, and the key is not listed",
                            "endorsement",
                            fingerprint.hex()));
        }
        List<X509Certificate> between = new ArrayList<>();
        for (byte[] intermediate : claim.intermediates()) {
            between.add(parse(intermediate));
        }
        ListedSha256 root = root(organization, certificate.get(), between, fingerprint);
        return new Endorsement(claim.key(), "endorsement-authority:" + root);
    }

    /** An endorsement key decrypts what is made for its TPM, and nothing that anybody asks for. */
    private static void requireTemplate(TpmPublic key) throws AttestationRefused {
        boolean good =
                key.has(
                                TpmAttribute.FIXED_TPM,
                                TpmAttribute.FIXED_PARENT,
                                TpmAttribute.SENSITIVE_DATA_ORIGIN,
                                TpmAttribute.RESTRICTED,
                                TpmAttribute.DECRYPT)
                        && !key.has(TpmAttribute.SIGN)
                        && key.parameters().storageCipher()
                        && key.parameters().scheme() == TpmAlgorithm.NULL;
        if (!good) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_ENDORSEMENT_TEMPLATE,
                    Map.of("endorsement", key.fingerprint()));
        }
    }

    private static X509Certificate parse(byte[] der) throws AttestationRefused {
        try {
            return EndorsementAuthority.parse(der);
        } catch (CertificateException unreadable) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_ENDORSEMENT_CERTIFICATE,
                    "a certificate cannot be read");
        }
    }

    private static void requireFits(X509Certificate certificate, TpmPublic key)
            throws AttestationRefused {
        if (!key.is(certificate.getPublicKey())) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_ENDORSEMENT_OTHER_KEY,
                    Map.of("endorsement", key.fingerprint()));
        }
        if (certificate.getBasicConstraints() >= 0) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_ENDORSEMENT_CERTIFICATE,
                    "the certificate is that of an authority");
        }
        List<String> usages;
        try {
            usages = certificate.getExtendedKeyUsage();
        } catch (CertificateException unreadable) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_ENDORSEMENT_CERTIFICATE,
                    "its extended key usage cannot be read");
        }
        if (usages != null && !usages.contains(EK_CERTIFICATE)) {
            throw new AttestationRefused(
                    RefusalReason.ATTESTATION_ENDORSEMENT_CERTIFICATE,
                    "the certificate is for another use than endorsement");
        }
    }

    private ListedSha256 root(
            OrganizationId organization,
            X509Certificate certificate,
            List<X509Certificate> between,
            ListedSha256 fingerprint)
            throws AttestationRefused {
        Instant now = clock.instant();
        // PKIX does not ask whether a trust anchor itself still counts.
        Map<X509Certificate, ListedSha256> roots =
                store.authorities(organization, Optional.empty(), authoritiesMax).stream()
                        .filter(root -> covers(root.certificate(), now))
                        .collect(
                                Collectors.toMap(
                                        EndorsementAuthority::certificate,
                                        EndorsementAuthority::sha256));
        Map<String, String> details =
                Map.of(
                        "endorsement", fingerprint.hex(),
                        "issuer", certificate.getIssuerX500Principal().getName());
        if (roots.isEmpty()) {
            throw new AttestationRefused(RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED, details);
        }
        try {
            PKIXCertPathBuilderResult path = build(certificate, between, roots.keySet(), now);
            X509Certificate root = path.getTrustAnchor().getTrustedCert();
            return Objects.requireNonNull(roots.get(root), "the path ends at a listed root");
        } catch (GeneralSecurityException noPath) {
            throw new AttestationRefused(
                    ended(certificate, between, now)
                            ? RefusalReason.ATTESTATION_ENDORSEMENT_EXPIRED
                            : RefusalReason.ATTESTATION_ENDORSEMENT_UNTRUSTED,
                    details);
        }
    }

    /** The JDK knows the critical alternative names that these certificates have. */
    private static PKIXCertPathBuilderResult build(
            X509Certificate certificate,
            List<X509Certificate> between,
            Set<X509Certificate> roots,
            Instant now)
            throws GeneralSecurityException {
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(certificate);
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(
                        roots.stream()
                                .map(root -> new TrustAnchor(root, null))
                                .collect(Collectors.toSet()),
                        target);
        List<X509Certificate> known = new ArrayList<>(between);
        known.add(certificate);
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
        parameters.setRevocationEnabled(false);
        parameters.setMaxPathLength(INTERMEDIATES_MAX);
        parameters.setDate(Date.from(now));
        return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    }

    private static boolean ended(
            X509Certificate certificate, List<X509Certificate> between, Instant now) {
        return !covers(certificate, now) || !between.stream().allMatch(each -> covers(each, now));
    }

    private static boolean covers(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }
}
