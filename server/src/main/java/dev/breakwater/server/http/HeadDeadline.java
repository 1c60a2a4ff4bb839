/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.CyclicTimeout;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which no complete request head has arrived for too long, counted from its
 * opening (so the handshake is included) and again from the end of each response. An idle timeout
 * alone cannot end a client that sends one byte just in time (Slowloris).
 *
 * <p>Whoever has begun a handshake or a head and not ended it is recorded as too slow; whoever was
 * merely quiet between two requests, as browsers are, is not.
 */
final class HeadDeadline extends Handler.Wrapper
        implements Connection.Listener, SslHandshakeListener {

    private final Gate gate;
    private final Duration patience;
    private final Map<EndPoint, Watch> watches = new ConcurrentHashMap<>();
    private final Scheduler scheduler;

    HeadDeadline(Handler next, Gate gate, Duration patience, Scheduler scheduler) {
        super(next);
        this.gate = gate;
        this.patience = patience;
        this.scheduler = scheduler;
    }

    /** Called for the TLS connection first and then for the HTTP connection inside it. */
    @Override
    public void onOpened(Connection connection) {
        watches.computeIfAbsent(Peer.socket(connection.getEndPoint()), Watch::new)
                .opened(connection);
    }

    @Override
    public void onClosed(Connection connection) {
        EndPoint socket = Peer.socket(connection.getEndPoint());
        // Whoever negotiates the protocol hands the socket over and is closed before it is.
        if (!socket.isOpen()) {
            Watch watch = watches.remove(socket);
            if (watch != null) {
                watch.end();
            }
        }
    }

    @Override
    public void handshakeSucceeded(Event event) {
        Watch watch = watches.get(Peer.socket(event.getEndPoint()));
        if (watch != null) {
            watch.proven = true;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        Watch watch = watches.get(Peer.socket(connection.getEndPoint()));
        if (watch != null) {
            watch.requestBegan();
            Request.addCompletionListener(request, ignoredFailure -> watch.requestEnded());
        }
        return super.handle(request, response, callback);
    }

    /** One connection's clock: it runs while no request is in work. */
    private final class Watch {

        private final EndPoint socket;
        private volatile boolean proven;
        private int requestsInWork;
        private long bytesAtLastEnd;
        private @Nullable Connection innermost;

        /** Set anew with every request, of which the scheduler hears little. */
        private final CyclicTimeout deadline =
                new CyclicTimeout(scheduler) {
                    @Override
                    public void onTimeoutExpired() {
                        over();
                    }
                };

        Watch(EndPoint socket) {
            this.socket = socket;
            start();
        }

        private void start() {
            boolean _ = deadline.schedule(patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void over() {
            boolean slow = isSlow();
            String source = Gate.address(socket.getRemoteSocketAddress());
            socket.close();
            if (slow) {
                gate.refused(
                        RefusalReason.REQUEST_TOO_SLOW,
                        source,
                        Map.of("what", proven ? "head" : "handshake"));
            }
        }

        private synchronized boolean isSlow() {
            return !proven || headBytes() > bytesAtLastEnd;
        }

        /** HTTP/2 has bytes of its own between two requests; nobody can tell what they are. */
        private long headBytes() {
            return innermost == null || innermost instanceof HTTP2Connection
                    ? 0
                    : innermost.getBytesIn();
        }

        synchronized void opened(Connection connection) {
            innermost = connection;
        }

        synchronized void requestBegan() {
            requestsInWork++;
            boolean _ = deadline.cancel();
        }

        synchronized void requestEnded() {
            requestsInWork--;
            if (requestsInWork == 0 && socket.isOpen()) {
                bytesAtLastEnd = headBytes();
                start();
            }
        }

        synchronized void end() {
            deadline.destroy();
        }
    }
}
