/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A connector that asks {@link Arrivals} about each socket before anything is made for it. */
final class GuardedConnector extends ServerConnector {

    /**
     * Bytes that the kernel takes for a client that does not read. Left alone it takes megabytes,
     * and who does not read is found late; this much is enough for some megabytes a second.
     */
    private static final int SENT_BYTES_MAX = 131_072;

    private final Arrivals arrivals;
    private final Tarpit tarpit;

    GuardedConnector(
            Server server,
            int selectors,
            Arrivals arrivals,
            Limits limits,
            ConnectionFactory... protocols) {
        super(server, 1, selectors, protocols);
        this.arrivals = arrivals;
        this.tarpit = Tarpit.of(limits, getScheduler());
        // Java's own is 50: whoever comes when a crowd comes back would wait for seconds, until the
        // kernel of the client asks again.
        setAcceptQueueSize(limits.of(Limit.HTTP_CONNECTIONS));
        addBean(arrivals);
        addBean(tarpit);
    }

    /** As in the superclass, which shows no place between the accept and the selector. */
    @Override
    public void accept(int acceptorId) throws IOException {
        if (!(getTransport() instanceof ServerSocketChannel listening) || !listening.isOpen()) {
            return;
        }
        SocketChannel socket = listening.accept();
        boolean taken = false;
        try {
            taken =
                    switch (arrivals.judgeAccepted(socket, socket.getRemoteAddress())) {
                        case ADMITTED -> {
                            socket.configureBlocking(false);
                            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                            socket.setOption(StandardSocketOptions.SO_SNDBUF, SENT_BYTES_MAX);
                            getSelectorManager().accept(socket);
                            yield true;
                        }
                        case BANNED -> {
                            tarpit.take(socket);
                            yield true;
                        }
                        case ONE_TOO_MANY -> false;
                    };
        } finally {
            if (!taken) {
                arrivals.left(socket);
                socket.close();
            }
        }
    }
}
