/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What an authority says of certificates by OCSP (RFC 6960), or what somebody says in its name:
 * each {@code with} method returns a changed copy of a good answer.
 *
 * @param issuing whose certificates it speaks of
 * @param signer whose key signs it
 * @param serials of the certificates
 * @param nonce as the question had it, if it had one
 * @param at when it is said
 * @param verdict for all of them; null is how Bouncy Castle spells "good"
 */
public record TestStatus(
        X509Certificate issuing,
        KeyPair signer,
        List<BigInteger> serials,
        Optional<Nonce> nonce,
        Instant at,
        @Nullable CertificateStatus verdict) {

    private static final Duration LIFE = Duration.ofHours(1);

    /** A nonce, hexadecimal. */
    public record Nonce(String hex) {}

    /** Copies the serials. */
    public TestStatus {
        serials = List.copyOf(serials);
    }

    /** Revoked a minute before it is said. */
    public TestStatus withRevoked() {
        return withVerdict(new RevokedStatus(Date.from(at.minusSeconds(60)), 1));
    }

    /** Of a certificate that the authority does not know. */
    public TestStatus withUnknown() {
        return withVerdict(new UnknownStatus());
    }

    private TestStatus withVerdict(CertificateStatus other) {
        return new TestStatus(issuing, signer, serials, nonce, at, other);
    }

    /** Signed with another key. */
    public TestStatus withSigner(KeyPair other) {
        return new TestStatus(issuing, other, serials, nonce, at, verdict);
    }

    /** In answer to a question without a nonce. */
    public TestStatus withoutNonce() {
        return new TestStatus(issuing, signer, serials, Optional.empty(), at, verdict);
    }

    /** Of other certificates. */
    public TestStatus withSerials(BigInteger... others) {
        return new TestStatus(issuing, signer, List.of(others), nonce, at, verdict);
    }

    /** Of certificates of another authority. */
    public TestStatus withIssuing(X509Certificate other) {
        return new TestStatus(other, signer, serials, nonce, at, verdict);
    }

    /** As it is sent. */
    public byte[] der() {
        return TestKeys.unchecked(this::encoded);
    }

    private byte[] encoded() throws Exception {
        BasicOCSPRespBuilder answer =
                new BasicOCSPRespBuilder(
                        new RespID(
                                X500Name.getInstance(
                                        issuing.getSubjectX500Principal().getEncoded())));
        for (BigInteger serial : serials) {
            answer.addResponse(
                    new CertificateID(
                            new JcaDigestCalculatorProviderBuilder()
                                    .build()
                                    .get(CertificateID.HASH_SHA1),
                            new JcaX509CertificateHolder(issuing),
                            serial),
                    verdict,
                    Date.from(at),
                    Date.from(at.plus(LIFE)));
        }
        if (nonce.isPresent()) {
            byte[] bytes = java.util.HexFormat.of().parseHex(nonce.get().hex());
            answer.setResponseExtensions(
                    new Extensions(
                            new Extension(
                                    OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                    false,
                                    new DEROctetString(bytes).getEncoded())));
        }
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        answer.build(
                                new JcaContentSignerBuilder(
                                                TestCertificate.signatureAlgorithm(signer))
                                        .build(signer.getPrivate()),
                                new X509CertificateHolder[0],
                                Date.from(at)))
                .getEncoded();
    }
}
