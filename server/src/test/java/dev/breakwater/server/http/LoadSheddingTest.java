/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.durability.ReadingLane;
import dev.breakwater.server.limits.QueueDelay;
import dev.breakwater.server.limits.TokenRate;
import dev.breakwater.server.refusal.Refusals;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadSheddingTest {

    private static final Duration TARGET = Duration.ofMillis(50);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private static final int SPARED = 3;

    private final AtomicLong nanos = new AtomicLong();
    private final QueueDelay threads = new QueueDelay(TARGET, INTERVAL, 1, nanos::get);
    private final QueueDelay readings = new QueueDelay(TARGET, INTERVAL, 1, nanos::get);
    private final RecordingAuditLog audited = new RecordingAuditLog();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Server server = new Server();
    private final LocalConnector connector = new LocalConnector(server);

    @BeforeEach
    void start() throws Exception {
        Gate gate = new Gate("api", new Refusals(audited, meters, Clock.systemUTC(), 1_000));
        server.addConnector(connector);
        SourceDebts debts = new SourceDebts(new TokenRate(1, SPARED), nanos::get);
        server.setHandler(
                new LoadShedding(
                        new Answering(), gate, debts, threads, new ReadingLane(1, readings)));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void servesWhileNobodyWaitsTooLong() throws Exception {
        threads.waitedSince(nanos.get() - TARGET.toNanos());
        nanos.addAndGet(INTERVAL.toNanos());
        assertThat(ask()).startsWith("HTTP/1.1 200");
    }

    @Test
    void refusesWhoeverAsksForMuchWhileRequestsWaitTooLongForAThread() throws Exception {
        refusesWhileTooLong(threads, "requests wait for a thread");
    }

    @Test
    void refusesWhoeverAsksForMuchWhileRequestsWaitTooLongForTheStore() throws Exception {
        refusesWhileTooLong(readings, "requests wait for the store");
    }

    private void refusesWhileTooLong(QueueDelay queue, String why) throws Exception {
        queue.waitedSince(nanos.get() - TARGET.toNanos() - 1);
        nanos.addAndGet(INTERVAL.toNanos());

        for (int i = 0; i < SPARED; i++) {
            assertThat(ask()).startsWith("HTTP/1.1 200");
        }
        assertThat(ask()).startsWith("HTTP/1.1 503").contains("Retry-After: 2");
        assertThat(audited.next().details())
                .containsEntry("reason", "server-busy")
                .containsEntry("why", why);
        assertThat(
                        meters.counter(
                                        "breakwater.refusals",
                                        "where",
                                        "api",
                                        "reason",
                                        "server-busy")
                                .count())
                .isEqualTo(1);

        nanos.addAndGet(INTERVAL.toNanos());
        assertThat(ask()).startsWith("HTTP/1.1 200");
    }

    private String ask() throws Exception {
        return connector.getResponse("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    }

    /** Reads from the store as any operation does. */
    private static final class Answering extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(ReadingLane.read(() -> 200));
            callback.succeeded();
            return true;
        }
    }
}
