/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.io.IOException;
import java.io.Serial;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts exactly one root, known by its fingerprint. A Breakwater server sends its chain with the
 * root at the end, so that the fingerprint is all an operator has to carry; once the root has been
 * recognized, the JDK's own checker judges the chain under it and the server's name.
 */
final class PinnedRoot extends X509ExtendedTrustManager {

    private final Fingerprint root;

    private PinnedRoot(Fingerprint root) {
        this.root = root;
    }

    /**
     * A TLS context in which only this root counts; the machine's own trust store plays no part.
     */
    static SSLContext context(Fingerprint root) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new PinnedRoot(root)}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has TLS", impossible);
        }
    }

    /** The chain that was shown does not contain the pinned root. */
    static final class OtherRoot extends CertificateException {

        @Serial private static final long serialVersionUID = 1;

        OtherRoot(Fingerprint shown) {
            super("the chain ends in " + shown);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkerUnder(recognized(chain)).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkerUnder(recognized(chain)).checkServerTrusted(chain, authType, socket);
    }

    /** Refuses always: without engine or socket there is no name to compare. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("a server is not trusted without its name");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static CertificateException noClients() {
        return new CertificateException("this side accepts no clients");
    }

    /**
     * The pinned certificate among those shown. The server's own certificate does not count: a
     * pinned leaf would end all trust at its renewal, and it could not have signed itself a
     * successor.
     */
    private X509Certificate recognized(X509Certificate[] chain) throws CertificateException {
        for (int i = 1; i < chain.length; i++) {
            if (Fingerprint.of(chain[i]).equals(root)) {
                return chain[i];
            }
        }
        throw new OtherRoot(Fingerprint.of(chain[chain.length - 1]));
    }

    private static X509ExtendedTrustManager checkerUnder(X509Certificate anchor)
            throws CertificateException {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("root", anchor);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager checker) {
                    return checker;
                }
            }
            throw new IllegalStateException("the JDK's PKIX trust manager is an extended one");
        } catch (IOException | GeneralSecurityException unusable) {
            throw new CertificateException("the pinned root cannot be used", unusable);
        }
    }
}
