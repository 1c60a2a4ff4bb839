/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What to write into one certificate of the test PKI. Immutable: each {@code with} method returns a
 * changed copy, so a forgery is a good certificate with one thing changed.
 */
record TestCertificate(
        X500Name subject,
        PublicKey key,
        Instant notBefore,
        Instant notAfter,
        Optional<Integer> authorityPathLength,
        List<KeyPurposeId> purposes,
        List<GeneralName> alternativeNames) {

    private static final SecureRandom RANDOM = new SecureRandom();

    TestCertificate withValidity(Instant from, Instant to) {
        return new TestCertificate(
                subject, key, from, to, authorityPathLength, purposes, alternativeNames);
    }

    TestCertificate withPurposes(KeyPurposeId... others) {
        return new TestCertificate(
                subject,
                key,
                notBefore,
                notAfter,
                authorityPathLength,
                List.of(others),
                alternativeNames);
    }

    TestCertificate asAuthority(int pathLength) {
        return new TestCertificate(
                subject,
                key,
                notBefore,
                notAfter,
                Optional.of(pathLength),
                purposes,
                alternativeNames);
    }

    X509Certificate selfSigned(KeyPair keys) {
        return sign(subject, keys);
    }

    X509Certificate sign(X509Certificate issuer, KeyPair issuerKeys) {
        return sign(nameOf(issuer), issuerKeys);
    }

    private X509Certificate sign(X500Name issuerName, KeyPair issuerKeys) {
        return TestKeys.unchecked(
                () -> {
                    ContentSigner signer =
                            new JcaContentSignerBuilder(signatureAlgorithm(issuerKeys))
                                    .build(issuerKeys.getPrivate());
                    X509CertificateHolder holder = builder(issuerName, issuerKeys).build(signer);
                    return parse(holder.getEncoded());
                });
    }

    private X509v3CertificateBuilder builder(X500Name issuerName, KeyPair issuerKeys)
            throws Exception {
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        issuerName,
                        new BigInteger(127, RANDOM).setBit(100),
                        Date.from(notBefore),
                        Date.from(notAfter),
                        subject,
                        key);
        boolean authority = authorityPathLength.isPresent();
        add(
                builder,
                Extension.basicConstraints,
                true,
                authority
                        ? new BasicConstraints(authorityPathLength.get())
                        : new BasicConstraints(false));
        add(
                builder,
                Extension.keyUsage,
                true,
                new KeyUsage(
                        authority
                                ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                                : KeyUsage.digitalSignature));
        add(builder, Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(id(key)));
        add(
                builder,
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(id(issuerKeys.getPublic())));
        if (!purposes.isEmpty()) {
            add(
                    builder,
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
        }
        if (!alternativeNames.isEmpty()) {
            add(
                    builder,
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(alternativeNames.toArray(new GeneralName[0])));
        }
        return builder;
    }

    private static void add(
            X509v3CertificateBuilder builder,
            ASN1ObjectIdentifier oid,
            boolean critical,
            ASN1Encodable value)
            throws Exception {
        builder.addExtension(oid, critical, value);
    }

    /** Key identifiers as Breakwater makes them: RFC 7093 section 2 method 1. */
    private static byte[] id(PublicKey key) throws Exception {
        byte[] spki = key.getEncoded();
        byte[] bits =
                org.bouncycastle.asn1.x509.SubjectPublicKeyInfo.getInstance(spki)
                        .getPublicKeyData()
                        .getBytes();
        return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bits), 20);
    }

    static String signatureAlgorithm(KeyPair keys) {
        return switch (keys.getPrivate().getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
    }

    static X500Name nameOf(X509Certificate certificate) {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    static X509Certificate parse(byte[] der) {
        return TestKeys.unchecked(
                () ->
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificate(new ByteArrayInputStream(der)));
    }
}
