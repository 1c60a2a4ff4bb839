/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.server.ALPNServerConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.ALPNProcessor;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;

/** Tells Jetty which protocol BoringSSL has agreed on (RFC 7301). Found by its service loader. */
public final class NegotiatedProtocol implements ALPNProcessor.Server {

    @Override
    public boolean appliesTo(SSLEngine engine) {
        return engine instanceof ReferenceCountedOpenSslEngine;
    }

    @Override
    public void configure(SSLEngine engine, Connection connection) {
        ALPNServerConnection negotiating = (ALPNServerConnection) connection;
        SslConnection.SslEndPoint within = (SslConnection.SslEndPoint) negotiating.getEndPoint();
        within.getSslConnection()
                .addHandshakeListener(
                        new SslHandshakeListener() {
                            @Override
                            public void handshakeSucceeded(Event event) {
                                String agreed =
                                        ((ReferenceCountedOpenSslEngine) engine)
                                                .getNegotiatedApplicationProtocol();
                                if (agreed == null) {
                                    negotiating.unsupported();
                                } else {
                                    negotiating.select(List.of(agreed));
                                }
                            }
                        });
    }
}
