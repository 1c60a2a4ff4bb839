/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a client and a server on 127.0.0.1 and does to each connection what the test says.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to(server.port())) {
 *     proxy.next(new Fault.CutAfter(Way.TO_CLIENT, 1000)); // the first connection
 *     client.connect(proxy.address()); // is cut within the handshake
 *     client.connect(proxy.address()); // finds nothing wrong
 * }
 * }</pre>
 *
 * <p>Connections take the faults of {@link #next} in the order in which they come; those without
 * one take the fault of {@link #always}, which is none to begin with. It knows nothing of TLS and
 * needs not to: to cut within a message, count bytes of a connection that was left alone ({@link
 * #passed}). Safe for use by many threads.
 */
public final class FaultProxy implements AutoCloseable {

    /** Lets time pass; {@code TestTime::rest} of the test kit makes a slow line fast. */
    @FunctionalInterface
    public interface Rest {

        /** Returns when the time is over. */
        void rest(Duration time) throws InterruptedException;
    }

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final int BACKLOG = 50;

    private final int server;
    private final Rest rest;
    private final int port;
    private final Queue<Fault> scripted = new ArrayDeque<>();
    private final Set<CarriedConnection> open = ConcurrentHashMap.newKeySet();
    private Fault always = new Fault.None();
    private Listening listening;
    private long toServer;
    private long toClient;
    private int connections;

    private FaultProxy(int server, Rest rest) throws IOException {
        this.server = server;
        this.rest = rest;
        this.listening = listen(0);
        this.port = listening.socket().getLocalPort();
    }

    /** A proxy to this port of 127.0.0.1, on a free port. */
    public static FaultProxy to(int server) throws IOException {
        return to(server, Thread::sleep);
    }

    /** A proxy whose rests are the test's; threads that rest are called {@code fault-proxy}. */
    public static FaultProxy to(int server, Rest rest) throws IOException {
        return new FaultProxy(server, rest);
    }

    /** Where clients connect; the same after {@link #listenAgain}. */
    public InetSocketAddress address() {
        return new InetSocketAddress(HERE, port);
    }

    /** The port of {@link #address}. */
    public int port() {
        return port;
    }

    /** What happens to the next connection for which nothing was said yet. */
    public synchronized void next(Fault fault) {
        scripted.add(fault);
    }

    /** What happens to every connection for which nothing else was said. */
    public synchronized void always(Fault fault) {
        always = fault;
    }

    /** How many connections have come. */
    public synchronized int connections() {
        return connections;
    }

    /** How many bytes have passed one way, over all connections. */
    public synchronized long passed(Way way) {
        return way == Way.TO_SERVER ? toServer : toClient;
    }

    /** Cuts every connection that is open. */
    public void cutAll() {
        open.forEach(CarriedConnection::cut);
    }

    /** From now on nobody listens: the system refuses whoever connects. */
    public void refuseAll() throws IOException {
        Thread accepting;
        synchronized (this) {
            listening.socket().close();
            accepting = listening.accepting();
        }
        try {
            // The call in which it waits keeps the port open until it has returned.
            accepting.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the port may still be open");
        }
    }

    /** Listens again after {@link #refuseAll}. */
    public synchronized void listenAgain() throws IOException {
        if (listening.socket().isClosed()) {
            listening = listen(port);
        }
    }

    @Override
    public void close() throws IOException {
        refuseAll();
        cutAll();
    }

    /** A port and whoever waits at it. */
    private record Listening(ServerSocket socket, Thread accepting) {}

    private Listening listen(int wanted) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(HERE, wanted), BACKLOG);
        return new Listening(
                socket,
                Thread.ofPlatform()
                        .daemon()
                        .name("fault-proxy-accept")
                        .start(() -> accept(socket)));
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket client = from.accept();
                Fault fault = take();
                if (fault instanceof Fault.Refused) {
                    CarriedConnection.reset(client);
                } else {
                    connect(client, fault);
                }
            }
        } catch (IOException closed) {
            if (!from.isClosed()) {
                throw new UncheckedIOException(closed);
            }
        }
    }

    private synchronized Fault take() {
        connections++;
        Fault fault = scripted.poll();
        return fault == null ? always : fault;
    }

    private void connect(Socket client, Fault fault) throws IOException {
        try {
            CarriedConnection carried =
                    new CarriedConnection(
                            client,
                            new Socket(HERE, server),
                            fault,
                            rest,
                            this::count,
                            open::remove);
            open.add(carried);
            carried.start();
        } catch (IOException noServer) {
            CarriedConnection.reset(client);
        }
    }

    private synchronized void count(Way way, int bytes) {
        if (way == Way.TO_SERVER) {
            toServer += bytes;
        } else {
            toClient += bytes;
        }
    }
}
