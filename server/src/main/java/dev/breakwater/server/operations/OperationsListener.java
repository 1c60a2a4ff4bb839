/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.operations;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.server.ban.Ban;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.quota.Quotas;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /devices}, which lists those that send
 * most, and {@code /bans}, which lists the bans in force and lets them be lifted, on loopback only.
 *
 * <p>It runs on threads of the system, a few, and not on virtual ones: whoever looks after a server
 * that has more to do than it can must get an answer, and must not wait for a processor behind what
 * it is busy with.
 */
public final class OperationsListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OperationsListener.class);
    private static final int BACKLOG = 16;
    private static final int DEVICES_LISTED_MAX = 20;
    private static final String TEXT = "text/plain;charset=utf-8";
    private static final String BANS = "/bans";
    private static final Set<String> OUR_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpServer server;
    private final ExecutorService threads;
    private final List<Readiness> needed;
    private final PrometheusMeterRegistry meters;
    private final Quotas quotas;
    private final Bans bans;

    private OperationsListener(
            HttpServer server,
            ExecutorService threads,
            List<Readiness> needed,
            PrometheusMeterRegistry meters,
            Quotas quotas,
            Bans bans) {
        this.server = server;
        this.threads = threads;
        this.needed = List.copyOf(needed);
        this.meters = meters;
        this.quotas = quotas;
        this.bans = bans;
    }

    /**
     * Binds the port and serves.
     *
     * @param host must be a loopback address: the listener has neither TLS nor authentication
     * @param port 0 for any free one
     * @throws IllegalArgumentException if the address is not loopback
     * @throws UncheckedIOException if the port cannot be bound; the text names it
     */
    public static OperationsListener start(
            String host,
            int port,
            List<Readiness> needed,
            PrometheusMeterRegistry meters,
            Quotas quotas,
            Bans bans) {
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().name("operations-", 0).factory());
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isLoopbackAddress()) {
                threads.close();
                throw new IllegalArgumentException(
                        "the operations listener cannot use %s: it has neither TLS nor authentication; name a loopback address such as 127.0.0.1"
                                .formatted(host));
            }
            HttpServer server = HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
            OperationsListener listener =
                    new OperationsListener(server, threads, needed, meters, quotas, bans);
            server.setExecutor(threads);
            server.createContext("/", listener::answer);
            server.start();
            return listener;
        } catch (IOException unbound) {
            threads.close();
            throw new UncheckedIOException(
                    "port %d on %s cannot be used for operations: %s"
                            .formatted(port, host, unbound.getMessage()),
                    unbound);
        }
    }

    /** The port in use. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops at once. */
    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!ourName(exchange.getRequestHeaders().getFirst("Host"))) {
                send(exchange, 421, TEXT, "Ask for localhost.\n");
            } else if (method.equals("DELETE") && ofOneBan(exchange)) {
                lift(exchange);
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, TEXT, "GET and HEAD are offered, and DELETE of one ban.\n");
            } else {
                answer(exchange, exchange.getRequestURI().getRawPath());
            }
        } catch (RuntimeException defect) {
            LOG.error("the operations listener met a defect", defect);
            throw defect;
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        switch (path) {
            case "/livez" -> send(exchange, 200, TEXT, "alive\n");
            case "/readyz" -> readiness(exchange);
            case "/metrics" ->
                    send(
                            exchange,
                            200,
                            "text/plain; version=0.0.4; charset=utf-8",
                            meters.scrape());
            case "/devices" -> send(exchange, 200, "application/json", heaviestDevices());
            case BANS -> send(exchange, 200, "application/json", bansInForce());
            default -> send(exchange, 404, TEXT, "/livez, /readyz, /metrics, /devices, /bans\n");
        }
    }

    private static boolean ofOneBan(HttpExchange exchange) {
        return exchange.getRequestURI().getRawPath().startsWith(BANS + "/");
    }

    /** A web page cannot: no other site may send DELETE without being allowed to (Fetch, CORS). */
    private void lift(HttpExchange exchange) throws IOException {
        String named = exchange.getRequestURI().getPath().substring(BANS.length() + 1);
        Optional<Ban> lifted = SourceNetwork.parse(named).flatMap(bans::lift);
        if (lifted.isPresent()) {
            send(exchange, 200, "application/json", json(view(lifted.get())));
        } else {
            send(exchange, 404, TEXT, "No ban of that network is in force.\n");
        }
    }

    private String bansInForce() {
        return json(Map.of("bans", bans.list().stream().map(OperationsListener::view).toList()));
    }

    private static Map<String, Object> view(Ban ban) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("network", ban.network().name());
        view.put("reason", ban.reason());
        view.put("begun", ban.begun().toString());
        view.put("until", ban.until().toString());
        view.put("count", ban.count());
        return view;
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    private String heaviestDevices() {
        List<Map<String, Object>> devices =
                quotas.heaviest(DEVICES_LISTED_MAX).stream()
                        .map(
                                load ->
                                        Map.<String, Object>of(
                                                "id", load.device().toString(),
                                                "packetsPerSecond", load.packetsPerSecond(),
                                                "bytesPerSecond", load.bytesPerSecond(),
                                                "slowed", load.slowed()))
                        .toList();
        return json(Map.of("devices", devices));
    }

    private void readiness(HttpExchange exchange) throws IOException {
        StringBuilder text = new StringBuilder();
        boolean ready = true;
        for (Readiness need : needed) {
            Optional<String> why = need.why();
            ready &= why.isEmpty();
            text.append(need.name()).append(": ").append(why.orElse("ready")).append('\n');
        }
        send(exchange, ready ? 200 : 503, TEXT, text.toString());
    }

    private static boolean ourName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        int port = host.lastIndexOf(':');
        boolean hasPort = port > host.lastIndexOf(']');
        return OUR_NAMES.contains(hasPort ? host.substring(0, port) : host);
    }

    private static void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
