/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
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

    private final String gate;
    private final Refusals refusals;

    FailedHandshakes(String gate, Refusals refusals) {
        this.gate = gate;
        this.refusals = refusals;
    }

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        if (!isRefusal(failure)) {
            return;
        }
        String source = address(event.getEndPoint().getRemoteSocketAddress());
        refusals.record(
                new Refusal(
                        RefusalReason.TLS_HANDSHAKE_FAILED,
                        gate,
                        Optional.empty(),
                        new Actor.Unproven(source),
                        Map.of("source", source, "tls", String.valueOf(failure.getMessage()))));
    }

    /**
     * A peer that merely left was refused nothing: port scans and load balancers do so all day.
     * Jetty tells these apart by its words only; a test holds them.
     */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof SSLException
                && !LEFT.contains(String.valueOf(failure.getMessage()));
    }

    private static String address(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : String.valueOf(remote);
    }
}
