/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes a connection on which no complete request head has arrived for too long, counted from its
 * opening (so the handshake is included) and again from the end of each response. An idle timeout
 * alone cannot end a client that sends one byte just in time (Slowloris).
 */
final class HeadDeadline extends Handler.Wrapper implements Connection.Listener {

    private final Duration patience;
    private final Map<EndPoint, Watch> watches = new ConcurrentHashMap<>();
    private final Scheduler scheduler;

    HeadDeadline(Handler next, Duration patience, Scheduler scheduler) {
        super(next);
        this.patience = patience;
        this.scheduler = scheduler;
    }

    /** Called for the TLS connection first and then for the HTTP connection inside it. */
    @Override
    public void onOpened(Connection connection) {
        EndPoint socket = socket(connection);
        watches.computeIfAbsent(socket, Watch::new);
    }

    @Override
    public void onClosed(Connection connection) {
        Watch watch = watches.remove(socket(connection));
        if (watch != null) {
            watch.end();
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Watch watch = watches.get(socket(request.getConnectionMetaData().getConnection()));
        if (watch != null) {
            watch.requestBegan();
            Request.addCompletionListener(request, ignoredFailure -> watch.requestEnded());
        }
        return super.handle(request, response, callback);
    }

    /** The socket itself, beneath TLS: the one thing both kinds of connection share. */
    private static EndPoint socket(Connection connection) {
        EndPoint endPoint = connection.getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint;
    }

    /** One connection's clock: it runs while no request is in work. */
    private final class Watch {

        private final EndPoint socket;
        private int requestsInWork;
        private Scheduler.Task deadline;

        Watch(EndPoint socket) {
            this.socket = socket;
            this.deadline = start();
        }

        private Scheduler.Task start() {
            return scheduler.schedule(socket::close, patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        synchronized void requestBegan() {
            requestsInWork++;
            deadline.cancel();
        }

        synchronized void requestEnded() {
            requestsInWork--;
            if (requestsInWork == 0 && socket.isOpen()) {
                deadline = start();
            }
        }

        synchronized void end() {
            deadline.cancel();
        }
    }
}
