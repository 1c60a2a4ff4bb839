/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory;

/**
 * Tells the connections of proxies from those of everybody else, by the address they come from. A
 * proxy's must begin with the PROXY protocol, version 1 or 2, and its client's address is the
 * source from there on; anybody else's must not, so that nobody chooses an address of their own.
 */
final class Proxied {

    private static final String FIRST = "by-source";
    private static final String CLIENT = "client-of-proxy";

    private Proxied() {}

    /** The protocols as they were, with what chooses between them in front. */
    static ConnectionFactory[] before(ConnectionFactory[] protocols, Arrivals arrivals) {
        if (!arrivals.knowsProxies()) {
            return protocols;
        }
        ConnectionFactory tls = protocols[0];
        List<ConnectionFactory> all = new ArrayList<>();
        all.add(new BySource(tls, new Announced(arrivals), arrivals));
        all.add(new OfClient(tls, arrivals));
        all.addAll(List.of(protocols));
        return all.toArray(ConnectionFactory[]::new);
    }

    private static final class BySource extends AbstractConnectionFactory {

        private final ConnectionFactory tls;
        private final Announced announced;
        private final Arrivals arrivals;

        BySource(ConnectionFactory tls, Announced announced, Arrivals arrivals) {
            super(FIRST);
            this.tls = tls;
            this.announced = announced;
            this.arrivals = arrivals;
            // Not one of the connector's: it would stand in a list of protocols to go on with.
            installBean(announced);
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            return arrivals.isProxy(endPoint.getRemoteSocketAddress())
                    ? announced.newConnection(connector, endPoint)
                    : tls.newConnection(connector, endPoint);
        }
    }

    /** Reads what the proxy says; Jetty would go on without where it says nothing. */
    private static final class Announced extends ProxyConnectionFactory {

        private final Arrivals arrivals;

        Announced(Arrivals arrivals) {
            super(CLIENT);
            this.arrivals = arrivals;
        }

        @Override
        protected void nextProtocol(Connector connector, EndPoint endPoint, ByteBuffer read) {
            arrivals.unannounced(endPoint.getRemoteSocketAddress());
            endPoint.close();
        }
    }

    /** Judges the client that the proxy has named, before a byte of TLS is spent on it. */
    private static final class OfClient extends AbstractConnectionFactory {

        private final ConnectionFactory tls;
        private final Arrivals arrivals;

        OfClient(ConnectionFactory tls, Arrivals arrivals) {
            super(CLIENT);
            this.tls = tls;
            this.arrivals = arrivals;
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint endPoint) {
            SelectableChannel socket = (SelectableChannel) Peer.socket(endPoint).getTransport();
            if (arrivals.judge(socket, endPoint.getRemoteSocketAddress())
                    != Arrivals.Judgement.ADMITTED) {
                return new TurnedAway(endPoint, connector.getExecutor());
            }
            if (!endPoint.isOpen()) {
                // It was closed meanwhile, and its end was told before it counted.
                arrivals.left(socket);
            }
            return tls.newConnection(connector, endPoint);
        }
    }

    /** Closes as soon as it is there: nothing has failed that a log should tell of. */
    private static final class TurnedAway extends AbstractConnection {

        TurnedAway(EndPoint endPoint, Executor executor) {
            super(endPoint, executor);
        }

        @Override
        public void onOpen() {
            super.onOpen();
            close();
        }

        @Override
        public void onFillable() {
            // Nothing of it is read.
        }
    }
}
