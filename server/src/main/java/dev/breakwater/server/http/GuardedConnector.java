/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A connector that asks {@link Arrivals} about each socket before anything is made for it. */
final class GuardedConnector extends ServerConnector {

    private final Arrivals arrivals;

    GuardedConnector(
            Server server, int selectors, Arrivals arrivals, ConnectionFactory... protocols) {
        super(server, 1, selectors, protocols);
        this.arrivals = arrivals;
        addBean(arrivals);
    }

    /** As in the superclass, which shows no place between the accept and the selector. */
    @Override
    public void accept(int acceptorId) throws IOException {
        if (!(getTransport() instanceof ServerSocketChannel listening) || !listening.isOpen()) {
            return;
        }
        SocketChannel socket = listening.accept();
        boolean stays = false;
        try {
            stays = arrivals.accepts(socket, socket.getRemoteAddress());
            if (stays) {
                socket.configureBlocking(false);
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                getSelectorManager().accept(socket);
            }
        } catch (IOException | RuntimeException broken) {
            stays = false;
            arrivals.left(socket);
            throw broken;
        } finally {
            if (!stays) {
                socket.close();
            }
        }
    }
}
