/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import java.security.KeyPair;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** PKCS#10 certificate requests (RFC 2986) in DER, good and bad. */
public final class TestRequests {

    private TestRequests() {}

    /** A good request for {@code CN=<commonName>}. */
    public static byte[] request(KeyPair keys, String commonName) {
        return withSubject(keys, "CN=" + commonName);
    }

    /** A request for any distinguished name, written as in RFC 4514. */
    public static byte[] withSubject(KeyPair keys, String distinguishedName) {
        return build(keys, distinguishedName, new ExtensionsGenerator());
    }

    /** A request that asks for one URI as its subject alternative name. */
    public static byte[] withUri(KeyPair keys, String commonName, String uri) {
        return withExtension(
                keys,
                commonName,
                extensions ->
                        extensions.addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(
                                        new GeneralName(
                                                GeneralName.uniformResourceIdentifier, uri))));
    }

    /** A request that asks for one DNS name as its subject alternative name. */
    public static byte[] withDnsName(KeyPair keys, String commonName, String dnsName) {
        return withExtension(
                keys,
                commonName,
                extensions ->
                        extensions.addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName))));
    }

    /** A request that asks to become an authority. */
    public static byte[] forAnAuthority(KeyPair keys, String commonName) {
        return withExtension(
                keys,
                commonName,
                extensions ->
                        extensions.addExtension(
                                Extension.basicConstraints, true, new BasicConstraints(true)));
    }

    /** A request that asks for the key usage of an authority without saying CA:true. */
    public static byte[] forCertificateSigning(KeyPair keys, String commonName) {
        return withExtension(
                keys,
                commonName,
                extensions ->
                        extensions.addExtension(
                                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign)));
    }

    /** A good request with the last bit of its signature flipped. */
    public static byte[] withBadSignature(KeyPair keys, String commonName) {
        byte[] request = request(keys, commonName);
        request[request.length - 1] ^= 1;
        return request;
    }

    /**
     * A request signed with an algorithm of choice, by its name in the JDK such as {@code
     * SHA1withECDSA}.
     */
    public static byte[] signedWith(String algorithm, KeyPair keys, String commonName) {
        return TestKeys.unchecked(
                () ->
                        new JcaPKCS10CertificationRequestBuilder(
                                        new X500Name("CN=" + commonName), keys.getPublic())
                                .build(
                                        new JcaContentSignerBuilder(algorithm)
                                                .build(keys.getPrivate()))
                                .getEncoded());
    }

    /** A good request whose ECDSA signature has r and s of zero (CVE-2022-21449). */
    public static byte[] withZeroSignature(KeyPair keys, String commonName) {
        return TestKeys.unchecked(
                () -> {
                    CertificationRequest good =
                            CertificationRequest.getInstance(request(keys, commonName));
                    byte[] zeros =
                            new DERSequence(
                                            new ASN1Encodable[] {
                                                new ASN1Integer(0), new ASN1Integer(0)
                                            })
                                    .getEncoded();
                    return new CertificationRequest(
                                    good.getCertificationRequestInfo(),
                                    good.getSignatureAlgorithm(),
                                    new DERBitString(zeros))
                            .getEncoded("DER");
                });
    }

    /** A request for one key, signed by another: no proof of possession. */
    public static byte[] signedByAnotherKey(KeyPair claimed, KeyPair signer, String commonName) {
        return TestKeys.unchecked(
                () ->
                        new JcaPKCS10CertificationRequestBuilder(
                                        new X500Name("CN=" + commonName), claimed.getPublic())
                                .build(
                                        new JcaContentSignerBuilder(
                                                        TestCertificate.signatureAlgorithm(signer))
                                                .build(signer.getPrivate()))
                                .getEncoded());
    }

    private interface ExtensionWriter {
        void write(ExtensionsGenerator extensions) throws Exception;
    }

    private static byte[] withExtension(KeyPair keys, String commonName, ExtensionWriter writer) {
        return TestKeys.unchecked(
                () -> {
                    ExtensionsGenerator extensions = new ExtensionsGenerator();
                    writer.write(extensions);
                    return build(keys, "CN=" + commonName, extensions);
                });
    }

    private static byte[] build(KeyPair keys, String name, ExtensionsGenerator extensions) {
        return TestKeys.unchecked(
                () -> {
                    PKCS10CertificationRequestBuilder builder =
                            new JcaPKCS10CertificationRequestBuilder(
                                    new X500Name(name), keys.getPublic());
                    if (!extensions.isEmpty()) {
                        Extensions requested = extensions.generate();
                        builder.addAttribute(
                                PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, requested);
                    }
                    return builder.build(
                                    new JcaContentSignerBuilder(
                                                    TestCertificate.signatureAlgorithm(keys))
                                            .build(keys.getPrivate()))
                            .getEncoded();
                });
    }
}
