/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.channel;

import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** How MQTT reaches the server. Both are TLS; there is no third, plain way. */
public enum ChannelKind {

    /** MQTT over TLS: the least overhead. */
    TLS,

    /** MQTT over WebSocket over TLS: for networks that let nothing else out. */
    WEBSOCKET;

    /** How long a connection may take to stand, TLS and WebSocket handshakes included. */
    public static final Duration CONNECT_MAX = Duration.ofSeconds(20);

    /**
     * Connects.
     *
     * @param host a DNS name or address, which the server's certificate must carry
     * @param port 1 to 65535
     * @param tls the context to connect with; see {@link
     *     dev.breakwater.device.identity.PinnedTls#mutual}
     * @throws IOException if no connection could be made; {@link TlsRefusal#in} tells whether the
     *     server refused our certificate
     */
    public Transport connect(String host, int port, SSLContext tls)
            throws IOException, InterruptedException {
        return switch (this) {
            case TLS -> TlsTransport.connect(host, port, tls, CONNECT_MAX);
            case WEBSOCKET -> WebSocketTransport.connect(host, port, tls, CONNECT_MAX);
        };
    }
}
