/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import dev.breakwater.ca.publickey.AcceptableKey;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** What every certificate of ours must keep. Sections are those of RFC 5280. */
enum EveryCertificateRule implements LintRule {
    /** Section 4.1.2.1: extensions exist in version 3 only. */
    VERSION_IS_3(candidate -> candidate.certificate().getVersionNumber() == 3),

    /** Section 4.1.2.2. */
    SERIAL_IS_POSITIVE(candidate -> candidate.certificate().getSerialNumber().signum() > 0),

    /** Section 4.1.2.2. */
    SERIAL_IS_AT_MOST_20_OCTETS(
            candidate -> candidate.certificate().getSerialNumber().toByteArray().length <= 20),

    /** At least 64 random bits, so that nobody can foretell a certificate; ours has 127 bits. */
    SERIAL_IS_LONG_ENOUGH_TO_BE_RANDOM(
            candidate -> candidate.certificate().getSerialNumber().bitLength() > 64),

    /** Section 4.1.1.2: inside and outside must agree. */
    SIGNATURE_IS_ECDSA_WITH_SHA256(
            candidate -> {
                var parts = candidate.certificate().toASN1Structure();
                var inner = parts.getTBSCertificate().getSignature();
                return inner.getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA256)
                        && inner.getParameters() == null
                        && inner.equals(parts.getSignatureAlgorithm());
            }),

    /** Section 4.1.2.4, to the byte: some verifiers compare names as bytes. */
    ISSUER_IS_THE_SUBJECT_OF_THE_AUTHORITY(
            candidate ->
                    Arrays.equals(
                            candidate.certificate().getIssuer().getEncoded("DER"),
                            candidate.issuer().getSubject().getEncoded("DER"))),

    /** An hour for devices whose clock is late, and not a second for anybody's history. */
    BEGINS_AN_HOUR_AGO(
            candidate -> {
                Instant begin = candidate.certificate().getNotBefore().toInstant();
                Duration back = Duration.between(begin, candidate.now());
                return back.compareTo(Duration.ofMinutes(59)) >= 0
                        && back.compareTo(Duration.ofMinutes(61)) <= 0;
            }),

    /** It has not ended before it is signed. */
    ENDS_AFTER_NOW(
            candidate ->
                    candidate.certificate().getNotAfter().toInstant().isAfter(candidate.now())),

    /** A verifier that checks the chain would refuse it on the authority's last day otherwise. */
    ENDS_WITHIN_ITS_ISSUER(
            candidate ->
                    !candidate
                            .certificate()
                            .getNotAfter()
                            .toInstant()
                            .isAfter(candidate.issuer().getNotAfter().toInstant())),

    /** 398 days is what browsers accept of a server; a device has far less. */
    LIVES_AT_MOST_398_DAYS(
            candidate ->
                    Duration.between(
                                            candidate.certificate().getNotBefore().toInstant(),
                                            candidate.certificate().getNotAfter().toInstant())
                                    .compareTo(Duration.ofDays(398))
                            <= 0),

    /** One common name, the granted one; nothing that anybody could take for a verified address. */
    SUBJECT_IS_THE_GRANTED_COMMON_NAME(
            candidate -> {
                RDN[] parts = candidate.subjectParts();
                return parts.length == 1
                        && !parts[0].isMultiValued()
                        && parts[0].getFirst().getType().equals(BCStyle.CN)
                        && IETFUtils.valueToString(parts[0].getFirst().getValue())
                                .equals(candidate.subject().commonName());
            }),

    /** Appendix A.1, ub-common-name. */
    COMMON_NAME_IS_AT_MOST_64_CHARACTERS(
            candidate -> {
                for (RDN part : candidate.subjectParts()) {
                    if (IETFUtils.valueToString(part.getFirst().getValue()).length() > 64) {
                        return false;
                    }
                }
                return true;
            }),

    /** The same opinion of keys that the request validators have. */
    KEY_IS_ACCEPTABLE(
            candidate -> {
                AcceptableKey.check(
                        candidate.certificate().getSubjectPublicKeyInfo().getEncoded("DER"));
                return true;
            }),

    /** Section 4.2.1.9. A leaf that may issue is the whole authority in a device's hands. */
    IS_NO_AUTHORITY(
            candidate -> {
                BasicConstraints constraints =
                        BasicConstraints.fromExtensions(candidate.certificate().getExtensions());
                return constraints != null
                        && !constraints.isCA()
                        && constraints.getPathLenConstraint() == null
                        && candidate.isCritical(Extension.basicConstraints);
            }),

    /** Section 4.2.1.3. */
    KEY_USAGE_IS_DIGITAL_SIGNATURE_ONLY(
            candidate -> {
                KeyUsage usage = KeyUsage.fromExtensions(candidate.certificate().getExtensions());
                return usage != null
                        && usage.equals(new KeyUsage(KeyUsage.digitalSignature))
                        && candidate.isCritical(Extension.keyUsage);
            }),

    /** Section 4.2.1.2, in the form of RFC 7093 section 2 method 1. */
    SUBJECT_KEY_IDENTIFIER_IS_OF_ITS_KEY(
            candidate -> {
                var certificate = candidate.certificate();
                byte[] key = certificate.getSubjectPublicKeyInfo().getPublicKeyData().getOctets();
                byte[] expected =
                        Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key), 20);
                return Arrays.equals(
                                expected,
                                SubjectKeyIdentifier.fromExtensions(certificate.getExtensions())
                                        .getKeyIdentifier())
                        && !candidate.isCritical(Extension.subjectKeyIdentifier);
            }),

    /** Section 4.2.1.1. */
    AUTHORITY_KEY_IDENTIFIER_IS_OF_ITS_ISSUER(
            candidate -> {
                AuthorityKeyIdentifier found =
                        AuthorityKeyIdentifier.fromExtensions(
                                candidate.certificate().getExtensions());
                return Arrays.equals(
                                candidate.issuerKeyIdentifier(), found.getKeyIdentifierOctets())
                        && found.getAuthorityCertIssuer() == null
                        && !candidate.isCritical(Extension.authorityKeyIdentifier);
            }),

    /** Section 4.1.2.8: unique identifiers must not be there. */
    HAS_NO_UNIQUE_IDENTIFIERS(
            candidate -> {
                var content = candidate.certificate().toASN1Structure().getTBSCertificate();
                return content.getIssuerUniqueId() == null && content.getSubjectUniqueId() == null;
            }),

    /** Nothing we did not mean to say. */
    HAS_ONLY_KNOWN_EXTENSIONS(
            candidate ->
                    Extensions.KNOWN.containsAll(
                            List.of(candidate.certificate().getExtensions().getExtensionOIDs())));

    /** Holds the list apart: an enum's constants are made before its static fields. */
    private static final class Extensions {
        static final Set<ASN1ObjectIdentifier> KNOWN =
                Set.of(
                        Extension.basicConstraints,
                        Extension.keyUsage,
                        Extension.extendedKeyUsage,
                        Extension.subjectKeyIdentifier,
                        Extension.authorityKeyIdentifier,
                        Extension.subjectAlternativeName,
                        Extension.cRLDistributionPoints,
                        Extension.authorityInfoAccess);
    }

    private final LintCheck check;

    EveryCertificateRule(LintCheck check) {
        this.check = check;
    }

    @Override
    public boolean isKeptBy(Candidate candidate) throws Exception {
        return check.test(candidate);
    }
}
