/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.testkit.pki.TestKeys;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A maker of TPMs: a root, an intermediate, and certificates as TCG's EK profile has them. */
public final class EndorsementPki {

    /** What the certificate of an endorsement key may be used for. */
    public static final String EK_CERTIFICATE = "2.23.133.8.1";

    private static final Duration YEAR = Duration.ofDays(365);
    private static final AtomicLong SERIALS = new AtomicLong(1);

    private final Instant now;
    private final KeyPair rootKeys = TestKeys.p256();
    private final KeyPair intermediateKeys = TestKeys.p256();
    private final X509Certificate root;
    private final X509Certificate intermediate;

    /** A maker of this name, whose certificates are good for a year from now. */
    public EndorsementPki(String name, Instant now) throws Exception {
        this.now = now;
        X500Name rootName = new X500Name("CN=" + name + " root");
        root = authority(rootName, rootName, rootKeys.getPublic());
        intermediate =
                authority(
                        rootName,
                        new X500Name("CN=" + name + " intermediate"),
                        intermediateKeys.getPublic());
    }

    /** What organizations list. */
    public X509Certificate root() {
        return root;
    }

    /** What a device sends along. */
    public X509Certificate intermediate() {
        return intermediate;
    }

    /** The root as operators enter it. */
    public String rootPem() throws Exception {
        return TestKeys.pem("CERTIFICATE", root.getEncoded());
    }

    private X509Certificate authority(X500Name issuer, X500Name subject, PublicKey key)
            throws Exception {
        X509v3CertificateBuilder builder = builder(issuer, subject, key, now.plus(YEAR));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(2));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        return sign(builder, rootKeys);
    }

    /** The certificate of a TPM's endorsement key. */
    public X509Certificate endorse(PublicKey key) throws Exception {
        return endorse(key, EK_CERTIFICATE, now.plus(YEAR));
    }

    /** One for this use and until then. */
    public X509Certificate endorse(PublicKey key, String usage, Instant notAfter) throws Exception {
        X509v3CertificateBuilder builder =
                builder(
                        X500Name.getInstance(intermediate.getSubjectX500Principal().getEncoded()),
                        new X500Name(new RDN[0]),
                        key,
                        notAfter);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(usage))));
        builder.addExtension(Extension.subjectAlternativeName, true, tpm());
        return sign(builder, intermediateKeys);
    }

    /** The TPM's maker, model and version: critical, because there is no subject. */
    private static GeneralNames tpm() {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        name.addRDN(new ASN1ObjectIdentifier("2.23.133.2.1"), "id:00001014");
        name.addRDN(new ASN1ObjectIdentifier("2.23.133.2.2"), "swtpm");
        name.addRDN(new ASN1ObjectIdentifier("2.23.133.2.3"), "id:20191023");
        return new GeneralNames(new GeneralName(name.build()));
    }

    private X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant notAfter) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(SERIALS.getAndIncrement()),
                Date.from(now.minus(YEAR)),
                Date.from(notAfter),
                subject,
                key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer)
            throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(signer.getPrivate())));
    }
}
