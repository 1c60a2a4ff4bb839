/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of a device that waits to be set up. A connection is one request; from the first
 * byte of TLS to the last of the reply it has 10 s, at the end of which it is closed whatever it
 * does. The JDK's own server has such bounds only for the whole process, or for parts of a request.
 */
final class SetupEndpoint {

    /** How many connections are open at once; a further one is closed at once. */
    static final int CONNECTIONS_MAX = 4;

    /** How long a connection lasts at most. */
    static final Duration REQUEST_MAX = Duration.ofSeconds(10);

    /** How long those connections have that are open when the server stops. */
    private static final Duration FINISH_MAX = Duration.ofSeconds(2);

    /** What is read of a body nobody wants, so that its sender reads the reply to it. */
    private static final int DRAINED_BYTES_MAX = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SetupEndpoint.class);

    private final ServerSocket listening;
    private final SSLContext tls;
    private final SetupPages pages;
    private final Duration requestMax;

    /**
     * Not a virtual one: the JDK leaves it to a virtual thread that waits in accept to close the
     * socket later, and the port would be open for a moment after {@link #finish}.
     */
    private final Thread accepting =
            Thread.ofPlatform().daemon().name("breakwater-setup-accept").unstarted(this::accept);

    private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService deadlines =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("breakwater-setup-deadlines").factory());

    private SetupEndpoint(
            ServerSocket listening, SSLContext tls, SetupPages pages, Duration requestMax) {
        this.listening = listening;
        this.tls = tls;
        this.pages = pages;
        this.requestMax = requestMax;
    }

    /**
     * Listens at one address; no other network of the device can reach it.
     *
     * @param requestMax how long a connection lasts at most, {@link #REQUEST_MAX} on a device
     */
    static SetupEndpoint listen(
            InetSocketAddress where, SSLContext tls, SetupPages pages, Duration requestMax)
            throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(where, CONNECTIONS_MAX);
        } catch (IOException taken) {
            socket.close();
            throw taken;
        }
        SetupEndpoint endpoint = new SetupEndpoint(socket, tls, pages, requestMax);
        endpoint.accepting.start();
        return endpoint;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
    }

    /** Listens no more, lets open connections finish for a moment, and closes them. */
    void finish() {
        close(listening);
        try {
            boolean _ = accepting.join(FINISH_MAX);
            if (!places.tryAcquire(CONNECTIONS_MAX, FINISH_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("Closing connections that are still open");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        open.forEach(SetupEndpoint::close);
        deadlines.shutdownNow();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                if (places.tryAcquire()) {
                    open.add(socket);
                    Thread.ofVirtual().name("breakwater-setup").start(() -> serve(socket));
                } else {
                    close(socket);
                }
            } catch (IOException closed) {
                LOG.debug("Not accepted: {}", closed.getMessage());
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            ScheduledFuture<?> deadline =
                    deadlines.schedule(
                            () -> close(socket), requestMax.toMillis(), TimeUnit.MILLISECONDS);
            try {
                answer(socket);
            } finally {
                boolean _ = deadline.cancel(false);
            }
        } catch (IOException | RuntimeException ended) {
            // Strangers' handshakes end here too; nobody can be told, and the log is not theirs.
            LOG.debug("A connection ended early: {}", ended.toString());
        } finally {
            open.remove(socket);
            places.release();
        }
    }

    private void answer(Socket socket) throws IOException {
        try (SSLSocket secure =
                (SSLSocket) tls.getSocketFactory().createSocket(socket, null, -1, true)) {
            secure.setUseClientMode(false);
            secure.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            secure.startHandshake();
            InputStream in = new BufferedInputStream(secure.getInputStream());
            HttpReply reply;
            try {
                reply = pages.answer(HttpRequest.read(in), in, host());
            } catch (HttpRefused refused) {
                reply = HttpReply.refusal(refused.status(), refused.text());
            }
            secure.getOutputStream().write(reply.bytes());
            secure.getOutputStream().flush();
            reply.sent().run();
            if (reply.status() >= 400) {
                secure.shutdownOutput();
                drain(in);
            }
        }
    }

    /** A connection closed over bytes nobody read is reset, and takes the reply with it. */
    private static void drain(InputStream in) throws IOException {
        long left = DRAINED_BYTES_MAX;
        byte[] scratch = new byte[4096];
        while (left > 0) {
            int count = in.read(scratch);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    private String host() {
        String address = listening.getInetAddress().getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address)
                + ":"
                + listening.getLocalPort();
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyGone) {
            LOG.debug("Not closed: {}", alreadyGone.toString());
        }
    }
}
