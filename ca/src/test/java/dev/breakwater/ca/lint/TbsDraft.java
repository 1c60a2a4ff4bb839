/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/** The content of a certificate that a test may spoil in one place. */
final class TbsDraft {

    BigInteger serial;
    AlgorithmIdentifier signature;
    X500Name issuer;
    X500Name subject;
    Instant notBefore;
    Instant notAfter;
    SubjectPublicKeyInfo key;
    boolean withUniqueIdentifier;
    final Map<ASN1ObjectIdentifier, Extension> extensions = new LinkedHashMap<>();

    private TbsDraft(TBSCertificate good) {
        serial = good.getSerialNumber().getValue();
        signature = good.getSignature();
        issuer = good.getIssuer();
        subject = good.getSubject();
        notBefore = good.getStartDate().getDate().toInstant();
        notAfter = good.getEndDate().getDate().toInstant();
        key = good.getSubjectPublicKeyInfo();
        for (ASN1ObjectIdentifier oid : good.getExtensions().getExtensionOIDs()) {
            extensions.put(oid, good.getExtensions().getExtension(oid));
        }
    }

    static TbsDraft of(byte[] tbsCertificate) {
        return new TbsDraft(TBSCertificate.getInstance(tbsCertificate));
    }

    void set(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        try {
            extensions.put(
                    oid, new Extension(oid, critical, value.toASN1Primitive().getEncoded("DER")));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void setCritical(ASN1ObjectIdentifier oid, boolean critical) {
        extensions.computeIfPresent(
                oid, (_, found) -> new Extension(oid, critical, found.getExtnValue().getOctets()));
    }

    byte[] encoded() throws IOException {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serial));
        generator.setSignature(signature);
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(notBefore)));
        generator.setEndDate(new Time(Date.from(notAfter)));
        generator.setSubjectPublicKeyInfo(key);
        if (withUniqueIdentifier) {
            generator.setSubjectUniqueID(new DERBitString(new byte[] {1}));
        }
        generator.setExtensions(new Extensions(extensions.values().toArray(new Extension[0])));
        return generator.generateTBSCertificate().getEncoded("DER");
    }
}
