/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import dev.breakwater.protocol.setup.SetupKeyHash;
import java.io.Serial;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS with the one device that has the key of the label. Names, dates and issuers of its
 * certificate are not looked at: the key signed it itself, and TLS proves that the device has the
 * key.
 */
final class LabelledDevice extends X509ExtendedTrustManager {

    private final SetupKeyHash key;

    private LabelledDevice(SetupKeyHash key) {
        this.key = key;
    }

    static SSLContext tls(SetupKeyHash key) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new LabelledDevice(key)}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no TLS", impossible);
        }
    }

    /** Found among the causes of a handshake that failed. */
    static final class OtherKey extends CertificateException {

        @Serial private static final long serialVersionUID = 1;

        OtherKey() {
            super("the device has another set-up key than its label says");
        }
    }

    private void require(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0 || !SetupKeyHash.of(chain[0].getPublicKey()).equals(key)) {
            throw new OtherKey();
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        require(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        require(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        require(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("an app is never a TLS server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw new CertificateException("an app is never a TLS server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("an app is never a TLS server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
