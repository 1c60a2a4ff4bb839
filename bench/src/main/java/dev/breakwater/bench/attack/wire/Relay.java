/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives outside programs many source addresses: whoever connects here is connected to the server,
 * from the next source each time. Bytes pass unread.
 */
public final class Relay implements AutoCloseable {

    private static final int BACKLOG = 1_024;
    private static final int BUFFER_BYTES = 16_384;

    private final ServerSocket listener;
    private final Sources sources;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong carried = new AtomicLong();

    private Relay(ServerSocket listener, Sources sources, int target) {
        this.listener = listener;
        this.sources = sources;
        this.target = target;
    }

    /** Begins to relay to this port of the loopback address. */
    public static Relay to(int target, Sources sources) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
        Relay relay = new Relay(listener, sources, target);
        Thread.ofVirtual().start(relay::accept);
        return relay;
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections it has carried. */
    public long carried() {
        return carried.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                Socket server = TlsLine.dial(sources.next(), target)) {
            client.setTcpNoDelay(true);
            carried.incrementAndGet();
            open.add(client);
            open.add(server);
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException refused) {
            return;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            open.removeIf(Socket::isClosed);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException cut) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException stuck) {
            throw new IllegalStateException("a socket cannot be closed", stuck);
        }
    }

    /** Ends everything that it carries. */
    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(Relay::close);
    }
}
