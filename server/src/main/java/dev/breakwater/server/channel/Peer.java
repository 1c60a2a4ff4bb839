/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.session.TlsFacts;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The other end of one connection, as far as TCP and TLS know it; whether it is a device is for the
 * registry to say.
 *
 * @param sourceAddress without the port
 * @param leaf the certificate whose key the peer has proved to hold, now or, for a resumed session,
 *     when the session began; null if there is none, which only who shows a token can do without
 */
record Peer(String sourceAddress, TlsFacts tls, @Nullable X509Certificate leaf) {

    /** The certificate, if there is one. */
    Optional<X509Certificate> certificate() {
        return Optional.ofNullable(leaf);
    }

    /** The address a connection comes from, without its port; no packet can change it. */
    static String addressOf(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : String.valueOf(remote);
    }
}
