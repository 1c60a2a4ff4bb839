/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.protocol.message.SignedTime;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * Checks what the server says about the time. It is believed if it answers this question's nonce
 * and is signed with the key of a server certificate that leads to the pinned root and is valid at
 * the very time it states. Whoever has stolen such a key can state times of its certificate's life,
 * as they could stand in for the server then; the device's floor, which never sinks, ends that.
 */
public final class ProvenTime {

    /** What a TLS server's certificate is for, RFC 5280 section 4.2.1.12. */
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

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
        Instant time;
        try {
            time = signed.answering(nonce);
        } catch (IllegalArgumentException another) {
            throw new CertificateRefused(String.valueOf(another.getMessage()));
        }
        try {
            List<X509Certificate> chain = certificates(signed);
            X509Certificate signer = chain.getFirst();
            List<String> purposes = signer.getExtendedKeyUsage();
            if (purposes == null || !purposes.contains(SERVER_AUTHENTICATION)) {
                throw new CertificateRefused("the time is not signed by a server");
            }
            requirePath(chain, trust, time);
            Signature check = Signature.getInstance("SHA256withECDSA");
            check.initVerify(signer.getPublicKey());
            check.update(signed.signedBytes());
            if (!check.verify(signed.signature())) {
                throw new CertificateRefused("the signature of the time is not valid");
            }
            return time;
        } catch (GeneralSecurityException | IllegalArgumentException unproved) {
            // The latter if the stated time is so far off that it fits into no date.
            throw new CertificateRefused(
                    "the time is not signed by a server of the pinned root", unproved);
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

    private static void requirePath(List<X509Certificate> chain, ServerTrust trust, Instant time)
            throws GeneralSecurityException {
        List<X509Certificate> below =
                chain.stream().filter(certificate -> !certificate.equals(trust.root())).toList();
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(below);
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(trust.root(), null)));
        parameters.setDate(Date.from(time));
        // A device that does not know the time cannot judge a revocation list either.
        parameters.setRevocationEnabled(false);
        var _ = CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }
}
