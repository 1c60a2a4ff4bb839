/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.tls.AnyProvenKey;
import io.netty.handler.ssl.OpenSslSession;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What TLS has established about one connection.
 *
 * @param leaf the certificate whose key the peer has proved to hold, now or, for a resumed session,
 *     when the session began; null if it showed none
 */
record TlsEvidence(TlsFacts facts, @Nullable X509Certificate leaf) {

    /**
     * Reads it from a session whose handshake has succeeded. Only the first certificate counts:
     * identity taken from elsewhere in the chain was CVE-2023-2422.
     */
    static TlsEvidence of(SSLSession session) {
        return new TlsEvidence(
                new TlsFacts(
                        session.getProtocol(),
                        session.getCipherSuite(),
                        group(session),
                        AnyProvenKey.isResumed(session)),
                leaf(session));
    }

    private static @Nullable X509Certificate leaf(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? leaf : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    /** The JDK has no way to say it in version 25. */
    private static String group(SSLSession session) {
        @Nullable String group =
                session instanceof OpenSslSession boring ? boring.getNamedGroup() : null;
        return group == null ? TlsFacts.UNKNOWN : group;
    }
}
