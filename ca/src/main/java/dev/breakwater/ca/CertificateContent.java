/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import dev.breakwater.ca.keys.CaContentSigner;
import dev.breakwater.ca.ledger.SerialNumber;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** Builds the content of certificates (RFC 5280 section 4.1.2), and joins it with its signature. */
final class CertificateContent {

    /** Devices have clocks that are late; an hour is what public authorities allow too. */
    static final Duration BACKDATED = Duration.ofHours(1);

    private CertificateContent() {}

    /** The content of an end-entity certificate. */
    static byte[] leaf(
            LeafProfile profile,
            String commonName,
            byte[] subjectPublicKey,
            SerialNumber serial,
            X509Certificate issuer,
            Instant now,
            IssuancePolicy policy)
            throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        extensions.addExtension(
                Extension.extendedKeyUsage, false, new ExtendedKeyUsage(profile.purpose()));
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(profile.alternativeNames().toArray(new GeneralName[0])));
        addWhereToAsk(extensions, policy);
        return content(
                serial,
                subjectName(issuer),
                name(commonName),
                now.minus(BACKDATED),
                notAfter(profile, issuer, now),
                SubjectPublicKeyInfo.getInstance(subjectPublicKey),
                publicKey(issuer),
                extensions);
    }

    /**
     * When an end-entity certificate ends: never after its issuer, which verifiers would refuse.
     */
    static Instant notAfter(LeafProfile profile, X509Certificate issuer, Instant now) {
        Instant wanted = Instant.ofEpochSecond(now.plus(profile.validity()).getEpochSecond());
        Instant last = issuer.getNotAfter().toInstant();
        return wanted.isAfter(last) ? last : wanted;
    }

    /** The content of an authority's certificate. */
    static byte[] authority(
            X500Name issuer,
            X500Name subject,
            SubjectPublicKeyInfo key,
            SubjectPublicKeyInfo issuerKey,
            Instant now,
            Instant notAfter,
            int pathLength)
            throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
        extensions.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        return content(
                SerialNumber.random(),
                issuer,
                subject,
                now.minus(BACKDATED),
                notAfter,
                key,
                issuerKey,
                extensions);
    }

    /** The certificate that consists of this content and this signature. */
    static X509Certificate join(byte[] tbsCertificate, byte[] signature)
            throws IOException, GeneralSecurityException {
        byte[] der =
                new DERSequence(
                                new ASN1Encodable[] {
                                    TBSCertificate.getInstance(tbsCertificate),
                                    CaContentSigner.ECDSA_SHA256,
                                    new DERBitString(signature)
                                })
                        .getEncoded("DER");
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    static X500Name subjectName(X509Certificate certificate) {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    /** RFC 7093 section 2 method 1: the first 160 bits of the SHA-256 of the key's bits. */
    static byte[] keyIdentifier(SubjectPublicKeyInfo key) {
        try {
            byte[] bits = key.getPublicKeyData().getOctets();
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bits), 20);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static SubjectPublicKeyInfo publicKey(X509Certificate certificate) {
        return SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded());
    }

    private static byte[] content(
            SerialNumber serial,
            X500Name issuer,
            X500Name subject,
            Instant notBefore,
            Instant notAfter,
            SubjectPublicKeyInfo key,
            SubjectPublicKeyInfo issuerKey,
            ExtensionsGenerator extensions)
            throws IOException {
        extensions.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new SubjectKeyIdentifier(keyIdentifier(key)));
        extensions.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(keyIdentifier(issuerKey)));
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serial.value()));
        generator.setSignature(CaContentSigner.ECDSA_SHA256);
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(notBefore)));
        generator.setEndDate(new Time(Date.from(notAfter)));
        generator.setSubjectPublicKeyInfo(key);
        Extensions all = extensions.generate();
        generator.setExtensions(all);
        return generator.generateTBSCertificate().getEncoded("DER");
    }

    private static void addWhereToAsk(ExtensionsGenerator extensions, IssuancePolicy policy)
            throws IOException {
        Optional<URI> crl = policy.revocationListUrl();
        if (crl.isPresent()) {
            GeneralNames url = new GeneralNames(uri(crl.get()));
            DistributionPoint point =
                    new DistributionPoint(new DistributionPointName(url), null, null);
            extensions.addExtension(
                    Extension.cRLDistributionPoints,
                    false,
                    new CRLDistPoint(new DistributionPoint[] {point}));
        }
        Optional<URI> ocsp = policy.ocspUrl();
        if (ocsp.isPresent()) {
            extensions.addExtension(
                    Extension.authorityInfoAccess,
                    false,
                    new AuthorityInformationAccess(AccessDescription.id_ad_ocsp, uri(ocsp.get())));
        }
    }

    private static GeneralName uri(URI uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri.toASCIIString());
    }
}
