/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.tls.HandshakeFailure;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;

/**
 * Records handshakes that TLS refuses, such as that of a copied certificate without its key: no
 * request comes of them, so nobody else would.
 */
final class FailedHandshakes implements SslHandshakeListener {

    /** What Jetty says of a peer that closed the connection before the handshake was over. */
    private static final Set<String> LEFT =
            Set.of("Closed during handshake", "Abruptly closed by peer");

    private final Gate gate;

    FailedHandshakes(Gate gate) {
        this.gate = gate;
    }

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        if (!isRefusal(failure)) {
            return;
        }
        HandshakeFailure told = HandshakeFailure.of(failure);
        gate.refused(
                told.reason(),
                Gate.address(event.getEndPoint().getRemoteSocketAddress()),
                Map.of("tls", told.words()));
    }

    /**
     * A peer that merely left was refused nothing: port scans and load balancers do so all day.
     * Jetty tells these apart by its words only; a test holds them.
     */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof SSLException
                && !LEFT.contains(String.valueOf(failure.getMessage()));
    }
}
