/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.protocol.message.SignedTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Checks what is said about the time. It is believed if the authority that issued the server's
 * certificate says, with the nonce of this question, that this certificate is good, and both lead
 * to the pinned root and are valid at the very time that is stated.
 *
 * <p>Since the authority signs it and not the server's key, whoever has stolen such a key, of old
 * or of today, states no time at all: all that they can do is to pass the question on and get the
 * true answer. Whoever has the authority's key needs no clock to deceive a device.
 */
public final class ProvenTime {

    /**
     * How far a clock may be ahead of what was proved at the same moment and still be right: an
     * exchange takes up to half a minute, and clocks drift.
     */
    public static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    /** What a TLS server's certificate is for, RFC 5280 section 4.2.1.12. */
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

    private static final int CHAIN_MIN = 2;

    private ProvenTime() {}

    /**
     * The time, if it is proved.
     *
     * @param nonce of the question
     * @param trust the pinned root
     * @throws CertificateRefused naming what is wrong
     */
    public static Instant verify(SignedTime signed, String nonce, ServerTrust trust)
            throws CertificateRefused {
        try {
            List<X509Certificate> chain = certificates(signed);
            X509Certificate server = chain.getFirst();
            List<String> purposes = server.getExtendedKeyUsage();
            if (purposes == null || !purposes.contains(SERVER_AUTHENTICATION)) {
                throw new CertificateRefused("the time is vouched for no server");
            }
            if (chain.size() < CHAIN_MIN) {
                throw new CertificateRefused("the time comes without its authority");
            }
            X509Certificate authority = chain.get(1);
            BasicOCSPResp said = said(signed);
            requireNonce(said, nonce);
            requireGood(said, server, authority);
            Instant time = said.getProducedAt().toInstant();
            requirePath(chain, trust, time);
            requireSignature(said, authority);
            return time;
        } catch (GeneralSecurityException
                | IOException
                | OCSPException
                | OperatorCreationException
                | RuntimeException unproved) {
            // Bouncy Castle answers some malformed structures with exceptions of the runtime.
            throw new CertificateRefused(
                    "the time is not proved by an authority of the pinned root", unproved);
        }
    }

    private static BasicOCSPResp said(SignedTime signed)
            throws IOException, OCSPException, CertificateRefused {
        OCSPResp answer = new OCSPResp(signed.status());
        if (answer.getStatus() != OCSPRespBuilder.SUCCESSFUL
                || !(answer.getResponseObject() instanceof BasicOCSPResp basic)) {
            throw new CertificateRefused("the authority did not answer the question for the time");
        }
        return basic;
    }

    /** An answer of yesterday's must not be played again. */
    private static void requireNonce(BasicOCSPResp said, String nonce) throws CertificateRefused {
        Extension echoed = said.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (echoed == null
                || !Arrays.equals(
                        ASN1OctetString.getInstance(echoed.getParsedValue()).getOctets(),
                        SignedTime.nonceBytes(nonce))) {
            throw new CertificateRefused("the time answers another question");
        }
    }

    private static void requireGood(
            BasicOCSPResp said, X509Certificate server, X509Certificate authority)
            throws GeneralSecurityException,
                    OCSPException,
                    OperatorCreationException,
                    CertificateRefused {
        SingleResp[] about = said.getResponses();
        if (about.length != 1) {
            throw new CertificateRefused("the authority speaks of another certificate");
        }
        CertificateID id = about[0].getCertID();
        if (!id.getSerialNumber().equals(server.getSerialNumber())
                || !id.matchesIssuer(
                        new JcaX509CertificateHolder(authority),
                        new JcaDigestCalculatorProviderBuilder().build())) {
            throw new CertificateRefused("the authority speaks of another certificate");
        }
        // Null is how Bouncy Castle spells "good".
        if (about[0].getCertStatus() != null) {
            throw new CertificateRefused(
                    "the authority does not call the server's certificate good");
        }
    }

    private static void requireSignature(BasicOCSPResp said, X509Certificate authority)
            throws GeneralSecurityException, CertificateRefused {
        if (!said.getSignatureAlgOID().equals(X9ObjectIdentifiers.ecdsa_with_SHA256)) {
            throw new CertificateRefused("the time is signed by another algorithm than ECDSA");
        }
        Signature check = Signature.getInstance("SHA256withECDSA");
        check.initVerify(authority.getPublicKey());
        check.update(said.getTBSResponseData());
        if (!check.verify(said.getSignature())) {
            throw new CertificateRefused("the signature of the time is not valid");
        }
    }

    private static List<X509Certificate> certificates(SignedTime signed)
            throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : signed.chain()) {
            chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return chain;
    }

    /** That the second issued the first, and may, is part of it. */
    private static void requirePath(List<X509Certificate> chain, ServerTrust trust, Instant time)
            throws GeneralSecurityException {
        List<X509Certificate> below =
                chain.stream().filter(certificate -> !certificate.equals(trust.root())).toList();
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(below);
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(trust.root(), null)));
        parameters.setDate(Date.from(time));
        // What is revoked the authority has just said, and lists only say it later.
        parameters.setRevocationEnabled(false);
        var _ = CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }
}
