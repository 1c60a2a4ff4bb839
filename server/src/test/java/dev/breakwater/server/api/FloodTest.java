/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever asks too much is slowed by source, by token and by organization, and then banned. */
class FloodTest {

    @TempDir Path directory;

    @Test
    void slowsATokenDownAndLeavesTheOthersOfItsOrganizationAlone() throws Exception {
        try (ApiServer server = server(Map.of(Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, 20))) {
            ApiClient flooding = server.administrator("Reef & Sons");
            ApiClient colleague = flooding.role("auditor");
            server.clock.advance(Duration.ofSeconds(1));

            Answer last = flooding.get("/tokens").has(200);
            while (last.status() == 200) {
                last = flooding.get("/tokens");
            }

            refusedFor("token", server, last);
            colleague.get("/tokens").has(200);
            server.clock.advance(Duration.ofSeconds(1));
            flooding.get("/tokens").has(200);
        }
    }

    @Test
    void slowsAnOrganizationDownHoweverManyTokensItHas() throws Exception {
        try (ApiServer server =
                server(Map.of(Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION, 40))) {
            ApiClient first = server.administrator("Reef & Sons");
            ApiClient second = first.role("auditor");
            ApiClient neighbor = server.administrator("Pond & Daughters");
            server.clock.advance(Duration.ofSeconds(1));

            Answer last = first.get("/tokens").has(200);
            for (int i = 0; last.status() == 200; i++) {
                last = (i % 2 == 0 ? second : first).get("/tokens");
            }

            refusedFor("organization", server, last);
            neighbor.get("/tokens").has(200);
            server.clock.advance(Duration.ofSeconds(1));
            second.get("/tokens").has(200);
        }
    }

    /** An operation takes what it costs from each budget, and the header names the tightest. */
    @Test
    void tellsWhichBudgetEndsFirst() throws Exception {
        try (ApiServer server =
                server(
                        Map.of(
                                Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 300,
                                Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION, 200,
                                Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, 100))) {
            ApiClient client = server.administrator("Reef & Sons");
            int cost =
                    server.api.contract().operations().stream()
                            .filter(operation -> operation.id().equals("createProduct"))
                            .findFirst()
                            .orElseThrow()
                            .cost();
            Answer made = client.post("/products", "{\"name\":\"Tank\"}").has(201);
            assertThat(made.header("RateLimit")).isEqualTo("\"token\";r=" + (100 - cost) + ";t=1");
            assertThat(made.header("RateLimit-Policy"))
                    .isEqualTo(
                            "\"source\";q=300;w=1, \"organization\";q=200;w=1, \"token\";q=100;w=1");
            assertThat(server.anybody().get("/ca/chain").header("RateLimit"))
                    .startsWith("\"source\";");
        }
    }

    /** A token's budget is spent before the body is read: a flood of large ones costs nothing. */
    @Test
    void refusesBeforeItReadsTheBody() throws Exception {
        try (ApiServer server = server(Map.of(Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, 1))) {
            ApiClient client = server.administrator("Reef & Sons");
            client.get("/organizations").has(200);
            try (SSLSocket socket = connect(server)) {
                socket.getOutputStream()
                        .write(head(client, 100_000).getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                // Not one byte of the body is sent.
                assertThat(status(socket)).isEqualTo("HTTP/1.1 429");
            }
        }
    }

    @Test
    void refusesABodyThatComesTooSlowly() throws Exception {
        try (ApiServer server =
                server(
                        Map.of(
                                Limit.HTTP_GRACE_SECONDS, 1,
                                Limit.HTTP_BODY_SECONDS, 60))) {
            ApiClient client = server.administrator("Reef & Sons");
            try (SSLSocket socket = connect(server)) {
                socket.getOutputStream()
                        .write((head(client, 100) + "{").getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                assertThat(status(socket)).isEqualTo("HTTP/1.1 408");
            }
            assertThat(refused(server, "request-too-slow")).isEqualTo(1);
            server.settle();
            assertThat(client.get("/audit-entries").has(200).body()).contains("request-too-slow");
        }
    }

    /** Guesses are slowed by nothing else: each costs one unit of the source. */
    @Test
    void bansASourceThatGuessesTokens() throws Exception {
        try (ApiServer server = server(Map.of(Limit.BAN_POINTS, 100))) {
            ApiClient honest = server.administrator("Reef & Sons");
            String wrong =
                    honest.token().substring(0, honest.token().length() - 8) + "aaaaaaaa";
            ApiClient guessing = server.with(wrong);
            for (int i = 0; i < 20; i++) {
                guessing.get("/tokens").has(401);
            }
            assertThat(server.bans.list()).isEmpty();

            guessing.get("/tokens").has(401);

            assertThat(server.bans.list())
                    .singleElement()
                    .satisfies(ban -> assertThat(ban.network().name()).isEqualTo("127.0.0.1"));
            assertThat(server.meters.counter("breakwater.bans.begun").count()).isEqualTo(1);
            try (SSLSocket socket = connect(server)) {
                assertThat(status(socket)).as("closed before the handshake").isEmpty();
            }
            server.bans.lift(server.bans.list().getFirst().network());
            honest.get("/tokens").has(200);
        }
    }

    private ApiServer server(Map<Limit, Integer> changed) throws Exception {
        Map<Limit, Integer> limits = new EnumMap<>(Limit.class);
        limits.put(Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 1_000_000);
        limits.putAll(changed);
        return new ApiServer(directory, Limits.with(limits));
    }

    private static void refusedFor(String budget, ApiServer server, Answer refused) {
        assertThat(refused.has(429).problem()).isEqualTo("too-many-requests");
        assertThat(refused.text("/detail")).contains(budget);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        assertThat(refused.header("RateLimit")).matches("\"" + budget + "\";r=[0-4];t=1");
        assertThat(refused(server, "budget-spent")).isEqualTo(1);
        assertThat(server.bans.list()).isEmpty();
    }

    private static double refused(ApiServer server, String reason) {
        return server.meters
                .counter("breakwater.refusals", "where", "api", "reason", reason)
                .count();
    }

    private static String head(ApiClient client, int bodyBytes) {
        return """
               POST /api/v1/products HTTP/1.1\r
               Host: localhost\r
               Authorization: Bearer %s\r
               Content-Type: application/json\r
               Content-Length: %d\r
               \r
               """
                .formatted(client.token(), bodyBytes);
    }

    private static String status(SSLSocket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        } catch (java.net.SocketException | javax.net.ssl.SSLException closed) {
            return "";
        }
    }

    private static SSLSocket connect(ApiServer server) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", server.pki().root());
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }
}
