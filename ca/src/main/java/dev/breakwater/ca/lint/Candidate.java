/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import dev.breakwater.ca.ledger.CertificateSubject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * A certificate under the lint, and what it is held against.
 *
 * @param certificate the content to be signed, under a throwaway signature
 * @param issuer the certificate of the authority that is about to sign
 * @param subject whom the certificate is meant to name
 * @param now the moment of issuance
 */
record Candidate(
        X509CertificateHolder certificate,
        X509CertificateHolder issuer,
        CertificateSubject subject,
        Instant now) {

    RDN[] subjectParts() {
        return certificate.getSubject().getRDNs();
    }

    boolean has(ASN1ObjectIdentifier extension) {
        return certificate.getExtension(extension) != null;
    }

    boolean isCritical(ASN1ObjectIdentifier extension) {
        Extension found = certificate.getExtension(extension);
        return found != null && found.isCritical();
    }

    boolean hasOnlyPurpose(KeyPurposeId purpose) {
        ExtendedKeyUsage usage = ExtendedKeyUsage.fromExtensions(certificate.getExtensions());
        return usage != null && Arrays.equals(usage.getUsages(), new KeyPurposeId[] {purpose});
    }

    /** The alternative names as texts such as {@code 6: urn:uuid:...}, sorted. */
    Set<String> alternativeNames() {
        GeneralNames names =
                GeneralNames.fromExtensions(
                        certificate.getExtensions(), Extension.subjectAlternativeName);
        Set<String> texts = new TreeSet<>();
        if (names != null) {
            for (GeneralName name : names.getNames()) {
                texts.add(text(name.getTagNo(), name.getName()));
            }
        }
        return texts;
    }

    static String text(int tag, ASN1Encodable value) {
        return tag + ": " + value;
    }

    static String addressText(byte[] address) {
        return text(GeneralName.iPAddress, new DEROctetString(address));
    }

    byte[] issuerKeyIdentifier() {
        return SubjectKeyIdentifier.fromExtensions(issuer.getExtensions()).getKeyIdentifier();
    }
}
