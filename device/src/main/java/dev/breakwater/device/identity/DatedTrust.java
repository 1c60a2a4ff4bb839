/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers whose certificate leads to the pinned root and is valid by the device's time,
 * which the JDK would take from the machine. One that is not valid yet says that the clock is
 * behind, one that is valid no more may say that it is ahead: then the authority has to prove the
 * time first ({@link ClockBehind}, {@link ClockAhead}, {@link ProvenTime}), and the certificate is
 * judged again by that.
 */
final class DatedTrust extends X509ExtendedTrustManager {

    private final ServerTrust trust;
    private final Instant now;

    DatedTrust(ServerTrust trust, Instant now) {
        this.trust = trust;
        this.now = now;
    }

    private X509ExtendedTrustManager judging(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("the server has no certificate");
        }
        Instant beginning = chain[0].getNotBefore().toInstant();
        if (now.isBefore(beginning)) {
            throw new ClockBehind(now, beginning);
        }
        Instant end = chain[0].getNotAfter().toInstant();
        if (now.isAfter(end)) {
            throw new ClockAhead(now, end);
        }
        try {
            PKIXBuilderParameters parameters =
                    new PKIXBuilderParameters(
                            Set.of(new TrustAnchor(trust.root(), null)), new X509CertSelector());
            parameters.setDate(Date.from(now));
            // As without parameters: the JDK's TLS asks for no revocation by default either.
            parameters.setRevocationEnabled(false);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK cannot trust a certificate", impossible);
        }
        throw new IllegalStateException("this JDK has no trust manager that knows hosts");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        judging(chain).checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        judging(chain).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        judging(chain).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("a device asks nobody for a certificate");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw new CertificateException("a device asks nobody for a certificate");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("a device asks nobody for a certificate");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {trust.root()};
    }
}
