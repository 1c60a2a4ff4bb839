/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts exactly one root, known by its fingerprint: once it is recognized in the chain that a
 * server shows, the JDK's own checker judges the chain under it and the server's name.
 */
final class PinnedRoot extends X509ExtendedTrustManager {

    private final String root;

    private PinnedRoot(String root) {
        this.root = root;
    }

    static SSLContext tls(String root) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new PinnedRoot(root)}, null);
        return context;
    }

    /** SHA-256 of a certificate's DER, in hexadecimal digits. */
    static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        checkerUnder(recognized(chain)).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        checkerUnder(recognized(chain)).checkServerTrusted(chain, type, socket);
    }

    /** Refuses always: without engine or socket there is no name to compare. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("a server is not trusted without its name");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static CertificateException noClients() {
        return new CertificateException("an app is never a TLS server");
    }

    /** The server's own certificate does not count: a pinned leaf would end at its renewal. */
    private X509Certificate recognized(X509Certificate[] chain) throws CertificateException {
        try {
            for (int i = 1; i < chain.length; i++) {
                if (fingerprint(chain[i]).equals(root)) {
                    return chain[i];
                }
            }
            throw new OtherRoot(fingerprint(chain[chain.length - 1]));
        } catch (CertificateException unreadable) {
            throw unreadable;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
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
