/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.peer;

import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The TLS of the peers: trusts clients of one root, but for those the test has refused. */
final class PeerTls {

    private final Set<PublicKey> refused = ConcurrentHashMap.newKeySet();
    private final SSLContext context;

    PeerTls(TestIdentity server, X509Certificate clientIssuer) {
        char[] password = "in memory".toCharArray();
        try {
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(server.keyStore(password), password);
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            anchors.setCertificateEntry("root", clientIssuer);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(anchors);
            context = SSLContext.getInstance("TLS");
            context.init(
                    keys.getKeyManagers(),
                    new TrustManager[] {
                        new Selective(
                                (X509ExtendedTrustManager) trust.getTrustManagers()[0],
                                clientIssuer.getPublicKey())
                    },
                    null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the peer's TLS could not be made", e);
        }
    }

    SSLContext context() {
        return context;
    }

    /** From now on a client with this key fails the handshake. */
    void refuse(PublicKey key) {
        refused.add(key);
    }

    void acceptAgain(PublicKey key) {
        refused.remove(key);
    }

    private final class Selective extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager pkix;
        private final PublicKey issuer;

        Selective(X509ExtendedTrustManager pkix, PublicKey issuer) {
            this.pkix = pkix;
            this.issuer = issuer;
        }

        /** A set-up key signs another certificate for itself at each start. */
        private boolean isIssuerItself(X509Certificate[] chain) {
            return chain[0].getPublicKey().equals(issuer);
        }

        private void requireNotRefused(X509Certificate[] chain) throws CertificateException {
            if (refused.contains(chain[0].getPublicKey())) {
                throw new CertificateException("the test refuses this key");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            requireNotRefused(chain);
            if (!isIssuerItself(chain)) {
                pkix.checkClientTrusted(chain, type, socket);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            requireNotRefused(chain);
            if (!isIssuerItself(chain)) {
                pkix.checkClientTrusted(chain, type, engine);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            requireNotRefused(chain);
            if (!isIssuerItself(chain)) {
                pkix.checkClientTrusted(chain, type);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("a peer is never a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a peer is never a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("a peer is never a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return pkix.getAcceptedIssuers();
        }
    }
}
