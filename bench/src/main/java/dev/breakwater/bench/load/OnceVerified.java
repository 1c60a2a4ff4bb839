/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges a server's chain and name as the JDK does, once for each certificate that is shown under
 * the one name all connections of a context ask for: thousands of devices in one process would
 * otherwise take the time of the machine that the server needs.
 */
final class OnceVerified extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager checker;
    private final Set<ByteBuffer> good = ConcurrentHashMap.newKeySet();

    private OnceVerified(X509ExtendedTrustManager checker) {
        this.checker = checker;
    }

    static OnceVerified under(X509Certificate root) throws GeneralSecurityException, IOException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", root);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager checker) {
                return new OnceVerified(checker);
            }
        }
        throw new IllegalStateException("the JDK's PKIX trust manager is an extended one");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        ByteBuffer leaf = ByteBuffer.wrap(chain[0].getEncoded());
        if (!good.contains(leaf)) {
            checker.checkServerTrusted(chain, authType, engine);
            good.add(leaf);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checker.checkServerTrusted(chain, authType, socket);
    }

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
        return checker.getAcceptedIssuers();
    }

    private static CertificateException noClients() {
        return new CertificateException("this side accepts no clients");
    }
}
