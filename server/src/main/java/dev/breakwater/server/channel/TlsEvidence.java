/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.handler.ssl.OpenSslSession;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What TLS has established about one connection.
 *
 * @param protocol e.g. {@code TLSv1.3}
 * @param cipherSuite e.g. {@code TLS_AES_128_GCM_SHA256}
 * @param group of the key exchange, e.g. {@code X25519MLKEM768}
 * @param leaf the certificate whose key the peer has proved to hold, now or, for a resumed session,
 *     when the session began
 */
record TlsEvidence(String protocol, String cipherSuite, String group, X509Certificate leaf) {

    /**
     * Reads it from a session whose handshake has succeeded. Only the first certificate counts:
     * identity taken from elsewhere in the chain was CVE-2023-2422.
     *
     * @throws SSLPeerUnverifiedException if there is no client certificate
     */
    static TlsEvidence of(OpenSslSession session) throws SSLPeerUnverifiedException {
        Certificate[] chain = session.getPeerCertificates();
        if (chain.length == 0 || !(chain[0] instanceof X509Certificate leaf)) {
            throw new SSLPeerUnverifiedException("no client certificate");
        }
        @Nullable String group = session.getNamedGroup();
        return new TlsEvidence(
                session.getProtocol(),
                session.getCipherSuite(),
                group == null ? "unknown" : group,
                leaf);
    }
}
