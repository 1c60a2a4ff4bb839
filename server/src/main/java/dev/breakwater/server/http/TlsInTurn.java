/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Turns;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS whose handshakes wait for their {@linkplain HandshakeTurns turn}; what follows does not. Who
 * has waited too long is closed and not served: its client has given up, or will soon, and to serve
 * those first who are gone would leave the others to go, too.
 */
final class TlsInTurn extends SslConnectionFactory {

    private final HandshakeTurns turns;
    private final Duration patience;
    private final Gate gate;

    TlsInTurn(
            SslContextFactory.Server tls,
            String nextProtocol,
            HandshakeTurns turns,
            Duration patience,
            Gate gate) {
        super(tls, nextProtocol);
        this.turns = turns;
        this.patience = patience;
        this.gate = gate;
    }

    @Override
    protected SslConnection newSslConnection(
            Connector connector, EndPoint endPoint, SSLEngine engine) {
        return new Turning(connector, endPoint, engine);
    }

    private final class Turning extends EngineConnection implements SslHandshakeListener {

        private final SourceNetwork source;

        /** One, or for a moment two: Jetty asks for more bytes before it is done with the last. */
        private final Queue<Turns.Turn> held = new ConcurrentLinkedQueue<>();

        private volatile boolean begun;
        private volatile boolean done;

        Turning(Connector connector, EndPoint endPoint, SSLEngine engine) {
            super(connector, getSslContextFactory(), endPoint, engine);
            source = SourceNetwork.of(Gate.address(endPoint.getRemoteSocketAddress()));
            addHandshakeListener(this);
        }

        /** On the thread that computes, and before a request is read. */
        @Override
        public void handshakeSucceeded(Event event) {
            done = true;
            turns.done(source);
            held.forEach(Turns.Turn::close);
        }

        /**
         * Bytes have arrived. A platform thread, of which there are few, does not wait; Jetty uses
         * one only for what does not block, and a handshake's connection says that it does.
         */
        @Override
        public void onFillable() {
            if (done || !Thread.currentThread().isVirtual()) {
                super.onFillable();
                return;
            }
            long since = System.nanoTime();
            Turns.Turn mine = begun ? turns.toGoOn() : turns.toBegin(source);
            held.add(mine);
            try {
                begun = true;
                if (done) {
                    // It was done while this one waited: what comes now is a request, which may
                    // wait for its client, and whoever begins a handshake must not wait for that.
                    mine.close();
                } else if (System.nanoTime() - since > patience.toNanos()) {
                    tooLate();
                }
                super.onFillable();
            } finally {
                mine.close();
                held.remove(mine);
            }
        }

        /** What goes on finds no bytes any more, and ends. */
        private void tooLate() {
            gate.refused(
                    RefusalReason.CONNECTION_SHED,
                    Gate.address(getEndPoint().getRemoteSocketAddress()),
                    Map.of("limit", Limit.HTTP_TURN_SECONDS.key()));
            getEndPoint().close();
        }
    }
}
