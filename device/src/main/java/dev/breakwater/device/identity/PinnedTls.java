/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS as the device speaks it: TLS 1.3 first, 1.2 for old servers; the pinned root is the only
 * trust anchor and the server's certificate must name the host.
 *
 * <p>The TLS of JDK 25 offers no hybrid post-quantum key exchange, so this client agrees on X25519
 * or P-256 even with a server that prefers X25519MLKEM768. Traffic recorded today could be read by
 * a future quantum computer; a product for which that matters needs another TLS provider.
 */
public final class PinnedTls {

    private PinnedTls() {}

    /**
     * For a device that has no certificate yet: the server is authenticated, the client is not.
     *
     * @param now when the server's certificate must not have expired: the device's time, which the
     *     JDK would take from the machine
     */
    public static SSLContext serverOnly(ServerTrust trust, Instant now) {
        return context(null, trusting(trust, now));
    }

    /**
     * Mutual TLS with the device's own certificate.
     *
     * @param now as with {@link #serverOnly}
     */
    public static SSLContext mutual(ServerTrust trust, Credential credential, Instant now) {
        return context(
                new KeyManager[] {
                    new CredentialPresenter(credential.certificate(), credential.key())
                },
                trusting(trust, now));
    }

    /**
     * For a device that enrolls with a ticket: it proves that it has the set-up key.
     *
     * @param now as with {@link #serverOnly}
     */
    public static SSLContext withSetupKey(ServerTrust trust, SetupIdentity setup, Instant now) {
        return context(
                new KeyManager[] {new CredentialPresenter(setup.certificate(), setup.key())},
                trusting(trust, now));
    }

    /** For a device that is being set up: the one time that it is the server. */
    public static SSLContext ofSetupServer(SetupIdentity setup) {
        return context(new KeyManager[] {new SetupPresenter(setup)}, new TrustManager[0]);
    }

    /**
     * Authenticates nobody. Good for one thing: to fetch certificates and compare them with a
     * fingerprint (RFC 7030 section 4.1.1). Nothing secret may be sent through it, and nothing it
     * yields may be believed but what the fingerprint proves.
     */
    public static SSLContext provisional() {
        return context(null, new TrustManager[] {new Unverified()});
    }

    /** The protocol versions and the check of the host's name, for every connection. */
    public static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    private static TrustManager[] trusting(ServerTrust trust, Instant now) {
        return new TrustManager[] {new DatedTrust(trust, now)};
    }

    private static SSLContext context(KeyManager @Nullable [] keys, TrustManager[] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no TLS", impossible);
        }
    }

    /** See {@link #provisional}. */
    private static final class Unverified extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

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
            return new X509Certificate[0];
        }
    }
}
