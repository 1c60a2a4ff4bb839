/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.SourceNetwork;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** Who is at the other end of a request, as far as TCP and TLS know. */
public final class Peer {

    private Peer() {}

    /**
     * The certificate whose key the client has proved to hold: the leaf, and never another one of
     * the chain it sent (CVE-2023-2422 was identity taken from elsewhere in the chain).
     */
    public static Optional<X509Certificate> certificate(Request request) {
        return request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
                                instanceof EndPoint.SslSessionData tls
                        && tls.peerCertificates() != null
                        && tls.peerCertificates().length > 0
                ? Optional.of(tls.peerCertificates()[0])
                : Optional.empty();
    }

    /** The address the connection comes from; no header can change it. */
    public static String address(Request request) {
        return Request.getRemoteAddr(request);
    }

    /** The socket itself, beneath TLS: the one thing all connections on it share. */
    static EndPoint socket(EndPoint endPoint) {
        EndPoint socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return socket;
    }

    /** The socket of a request. */
    static EndPoint socket(Request request) {
        return socket(request.getConnectionMetaData().getConnection().getEndPoint());
    }

    /** Closes the connection beneath TLS, without a farewell to whoever reads none. */
    public static void disconnect(Request request) {
        socket(request).close();
    }

    /** What counts as one source: an address of IPv4, or a /64 of IPv6. */
    public static String network(String address) {
        return SourceNetwork.of(address).name();
    }
}
