/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.durability.ReadingLane;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.QueueDelay;
import dev.breakwater.server.limits.TokenRate;
import dev.breakwater.server.tls.ClientCertificates;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.component.Container;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTPS port. Handlers run on virtual threads and may block.
 *
 * <p>In front of the given handler stand, from the outside in: the ban, the number of connections
 * of one source and in all, the turn of the TLS handshake, the size of the head, the deadline of
 * the head, the pace of the reply, the number of requests in work, and for people the time that
 * requests wait.
 */
public final class HttpsListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpsListener.class);

    private static final int HEAD_BYTES_MAX = 8_192;
    private static final int SELECTORS = 2;
    private static final int PLATFORM_THREADS = 16;

    /** Pieces of work that have to wait too long for a thread before that is called a queue. */
    private static final int WAITERS_LEAST = 16;

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    /** Until connections are closed on which nothing goes on. */
    private static final Duration IDLE_AT_THE_END = Duration.ofMillis(1);

    private final Server server;
    private final ServerConnector connector;
    private final Container handlers;
    private final ListenerTls tls;

    /**
     * What tells one listener from another.
     *
     * @param name for threads and error texts, e.g. {@code est}
     * @param host the address to bind, e.g. {@code 0.0.0.0}
     * @param port 0 for any free one
     * @param proxies whose connections say in the PROXY protocol whom they are for; nobody else's
     */
    public record Settings(
            String name,
            String host,
            int port,
            Audience audience,
            HttpVersions versions,
            TlsPolicy tls,
            ClientCertificates clientCertificates,
            List<AddressRange> proxies) {

        /** Copies the proxies. */
        public Settings {
            proxies = List.copyOf(proxies);
        }

        /** Without proxies. */
        public Settings(
                String name,
                String host,
                int port,
                Audience audience,
                HttpVersions versions,
                TlsPolicy tls,
                ClientCertificates clientCertificates) {
            this(name, host, port, audience, versions, tls, clientCertificates, List.of());
        }
    }

    private HttpsListener(
            Server server, ServerConnector connector, Container handlers, ListenerTls tls) {
        this.server = server;
        this.connector = connector;
        this.handlers = handlers;
        this.tls = tls;
    }

    /**
     * Binds the port and serves.
     *
     * @param guards told of what is refused, with the listener's name as the gate
     * @throws UncheckedIOException if the port cannot be bound; the text names it
     */
    public static HttpsListener start(
            Settings settings,
            TlsIdentity identity,
            Handler handler,
            ErrorText errorText,
            Guards guards) {
        Limits limits = guards.limits();
        Gate gate = new Gate(settings.name(), guards.refusals());
        QueueDelay waiting = queueDelay(limits, WAITERS_LEAST);
        Executor virtualThreads =
                new TimedThreads(
                        VirtualThreads.getNamedVirtualThreadsExecutor(settings.name() + "-"),
                        waiting);
        QueuedThreadPool threads = threads(settings, virtualThreads);
        Server server = new Server(threads);
        ListenerTls tls =
                new ListenerTls(
                        settings.tls()
                                .stack(
                                        settings.clientCertificates(),
                                        settings.versions().applicationProtocols()),
                        identity);
        Arrivals arrivals =
                new Arrivals(
                        gate,
                        guards.bans(),
                        limits.of(Limit.HTTP_CONNECTIONS_PER_SOURCE),
                        settings.proxies());
        ServerConnector connector =
                new GuardedConnector(
                        server,
                        SELECTORS,
                        arrivals,
                        limits,
                        Proxied.before(
                                protocols(settings.versions(), tls, gate, limits), arrivals));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(limits.seconds(Limit.HTTP_IDLE_SECONDS).toMillis());
        HeadDeadline guarded = guarded(handler, settings, guards, gate, waiting, connector);
        connector.addBean(guarded);
        connector.addBean(new FailedHandshakes(gate));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.of(Limit.HTTP_CONNECTIONS), connector));
        server.setHandler(new OnVirtualThread(guarded, virtualThreads));
        server.setErrorHandler(new SafeErrors(errorText, gate));
        server.setStopTimeout(STOP_PATIENCE.toMillis());
        HttpsListener listener = new HttpsListener(server, connector, guarded, tls);
        listener.bind(settings);
        return listener;
    }

    /** The handler behind all that may turn a request away before it. */
    private static HeadDeadline guarded(
            Handler handler,
            Settings settings,
            Guards guards,
            Gate gate,
            QueueDelay waiting,
            ServerConnector connector) {
        Limits limits = guards.limits();
        Handler admitted =
                switch (settings.audience()) {
                    case DEVICES -> handler;
                    case PEOPLE ->
                            new LoadShedding(
                                    handler, gate, debts(limits), waiting, peoplesReadings(limits));
                };
        Handler counted =
                new RequestsInWork(
                        admitted,
                        gate,
                        guards.bans(),
                        limits.of(Limit.HTTP_REQUESTS_IN_WORK),
                        limits.of(Limit.HTTP_REQUESTS_IN_WORK_PER_SOURCE));
        return new HeadDeadline(
                // Outside of whatever refuses: refusals are to be taken in time, too.
                new ReplyPace(counted, gate, Pace.of(limits), connector.getScheduler()),
                gate,
                limits.seconds(Limit.HTTP_HEAD_SECONDS),
                connector.getScheduler());
    }

    private static QueuedThreadPool threads(Settings settings, Executor virtualThreads) {
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS, 4);
        threads.setName(settings.name());
        threads.setVirtualThreadsExecutor(virtualThreads);
        return threads;
    }

    private static SourceDebts debts(Limits limits) {
        int rate = limits.of(Limit.HTTP_REQUESTS_PER_SECOND_SPARED);
        return new SourceDebts(new TokenRate(rate, rate), System::nanoTime);
    }

    private static HandshakeTurns turns(Limits limits) {
        int processors = Runtime.getRuntime().availableProcessors();
        int atOnce = processors * limits.of(Limit.HTTP_HANDSHAKE_PROCESSORS_PERCENT) / 100;
        return new HandshakeTurns(
                Math.max(1, atOnce),
                limits.of(Limit.HTTP_HANDSHAKES_PER_SECOND_SPARED),
                System::nanoTime);
    }

    private static QueueDelay queueDelay(Limits limits, int waitersLeast) {
        return new QueueDelay(
                Duration.ofMillis(limits.of(Limit.HTTP_QUEUE_MILLISECONDS)),
                Duration.ofMillis(limits.of(Limit.HTTP_QUEUE_INTERVAL_MILLISECONDS)),
                waitersLeast,
                System::nanoTime);
    }

    private static ReadingLane peoplesReadings(Limits limits) {
        int readingsMax =
                Math.max(
                        1,
                        limits.of(Limit.STORE_READERS)
                                - limits.of(Limit.STORE_READERS_KEPT_FROM_PEOPLE));
        return new ReadingLane(readingsMax, queueDelay(limits, 2 * readingsMax));
    }

    /** The port in use. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Uses another certificate from the next handshake on; open connections stay. */
    public void identify(TlsIdentity identity) {
        tls.identify(identity);
    }

    /** Takes no request any more, lets those in work end for a few seconds, then closes. */
    @Override
    public void close() {
        try {
            try {
                Graceful.shutdown(handlers).get(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                // Jetty would wait a second for clients who have nothing to say.
                connector.setShutdownIdleTimeout(IDLE_AT_THE_END.toMillis());
            } finally {
                server.stop();
            }
        } catch (TimeoutException late) {
            // Closed all the same: Jetty says so when something did not end by itself in time.
            LOG.info("the listener {} was closed with requests in work", connector.getPort());
        } catch (Exception refused) {
            throw new IllegalStateException("the listener did not stop", refused);
        }
    }

    private void bind(Settings settings) {
        try {
            server.start();
        } catch (IOException unbound) {
            close();
            throw new UncheckedIOException(
                    "port %d on %s cannot be used for %s: %s"
                            .formatted(
                                    settings.port(),
                                    settings.host(),
                                    settings.name(),
                                    unbound.getMessage()),
                    unbound);
        } catch (Exception refused) {
            close();
            throw new IllegalStateException("the listener did not start", refused);
        }
    }

    private static ConnectionFactory[] protocols(
            HttpVersions versions, SslContextFactory.Server tls, Gate gate, Limits limits) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(HEAD_BYTES_MAX);
        http.setResponseHeaderSize(HEAD_BYTES_MAX);
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setIdleTimeout(limits.seconds(Limit.HTTP_IDLE_SECONDS).toMillis());
        // Devices reach us by address as often as by name, so the name in the handshake is not
        // compared with the Host header; nothing is chosen by either.
        http.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        HandshakeTurns turns = turns(limits);
        Duration patience = limits.seconds(Limit.HTTP_TURN_SECONDS);
        return switch (versions) {
            case HTTP_1_1 ->
                    new ConnectionFactory[] {
                        new TlsInTurn(tls, HttpVersion.HTTP_1_1.asString(), turns, patience, gate),
                        http1
                    };
            case HTTP_1_1_AND_2 -> {
                HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
                http2.setMaxConcurrentStreams(limits.of(Limit.HTTP2_STREAMS));
                http2.setRateControlFactory(
                        new UselessFrames(gate, limits.of(Limit.HTTP2_USELESS_FRAMES_PER_SECOND)));
                // Named, or whatever else the connector knows could be asked for.
                ALPNServerConnectionFactory alpn =
                        new ALPNServerConnectionFactory(
                                http2.getProtocol(), HttpVersions.ALPN_HTTP_1_1);
                alpn.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());
                yield new ConnectionFactory[] {
                    new TlsInTurn(tls, alpn.getProtocol(), turns, patience, gate),
                    alpn,
                    http2,
                    http1
                };
            }
        };
    }
}
