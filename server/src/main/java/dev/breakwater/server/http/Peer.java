/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
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

    /**
     * What counts as one source: an address of IPv4; of IPv6 the first four groups, which is what
     * one customer of a provider has.
     */
    public static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        String bare =
                address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
        try {
            byte[] bytes = InetAddress.ofLiteral(bare).getAddress();
            return bytes.length == 16 ? HexFormat.of().formatHex(bytes, 0, 8) : bare;
        } catch (IllegalArgumentException notAnAddress) {
            return address;
        }
    }
}
