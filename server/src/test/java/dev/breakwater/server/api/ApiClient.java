/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the API as its users do: with the tokens that were given last. */
final class ApiClient {

    static final String JSON = "application/json";
    static final String FORM = "application/x-www-form-urlencoded";
    private static final String VERSION = "/api/v1";

    private final ApiServer server;
    private volatile @Nullable String token;
    private final HttpClient http;

    ApiClient(ApiServer server, @Nullable String token) {
        this(server, token, HttpClient.Version.HTTP_1_1);
    }

    private ApiClient(ApiServer server, @Nullable String token, HttpClient.Version version) {
        this.server = server;
        this.token = token;
        this.http = HttpClient.newBuilder().sslContext(trusting(server)).version(version).build();
    }

    private static SSLContext trusting(ApiServer server) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("root", server.pki().root());
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException refused) {
            throw new AssertionError(refused);
        }
    }

    /** What came back. */
    record Answer(int status, HttpResponse<byte[]> response) {

        JsonNode json() {
            return JsonMapper.shared().readTree(response.body());
        }

        String body() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        String text(String pointer) {
            return json().at(pointer).asString("");
        }

        /** The kind of problem, e.g. {@code parameter-refused}. */
        String problem() {
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            return text("/type").replace("/api/v1/problems/", "");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The names of all headers, which must not tell two answers apart either. */
        Set<String> names() {
            return response.headers().map().keySet();
        }

        String allHeaders() {
            return response.headers().map().toString();
        }

        List<String> headers(String name) {
            return response.headers().allValues(name);
        }

        /** A text member of a reply that must be a success. */
        String ok(String member) {
            assertThat(status).as(body()).isBetween(200, 299);
            return text("/" + member);
        }

        Answer has(int expected) {
            assertThat(status).as(body()).isEqualTo(expected);
            return this;
        }
    }

    String token() {
        return String.valueOf(token);
    }

    String organization() {
        return get("/organizations").text("/items/0/id");
    }

    /** The same client with another token of its organization. */
    ApiClient role(String role) {
        String body = "{\"name\":\"%s\",\"role\":\"%s\"}".formatted(role, role);
        return server.with(post("/tokens", body).ok("secret"));
    }

    ApiClient overHttp2() {
        return new ApiClient(server, token, HttpClient.Version.HTTP_2);
    }

    /** Pages whose addresses are printed on products are not below the API's version. */
    private static String absolute(String path) {
        boolean printed = path.startsWith("/guides/") || path.matches("/checks(\\?.*)?");
        return printed ? path : VERSION + path;
    }

    /** A path of the document, as the methods here take it. */
    static String below(String documented) {
        return documented.startsWith(VERSION) ? documented.substring(VERSION.length()) : documented;
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, null, headers);
    }

    Answer delete(String path, String... headers) {
        return send("DELETE", path, null, null, headers);
    }

    Answer post(String path, String body, String... headers) {
        return send("POST", path, JSON, body, headers);
    }

    Answer post(String path) {
        return send("POST", path, null, null);
    }

    Answer put(String path, String body, String... headers) {
        return send("PUT", path, JSON, body, headers);
    }

    Answer patch(String path, String body, String... headers) {
        return send("PATCH", path, "application/merge-patch+json", body, headers);
    }

    Answer send(
            String method,
            String path,
            @Nullable String contentType,
            @Nullable String body,
            String... headers) {
        byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
        return sendBytes(method, path, contentType, bytes, headers);
    }

    /** The same with a body that need not be text. */
    Answer sendBytes(
            String method,
            String path,
            @Nullable String contentType,
            byte @Nullable [] body,
            String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("https://localhost:" + server.port() + absolute(path)))
                        .timeout(Duration.ofSeconds(20))
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        for (String header : List.of(headers)) {
            int colon = header.indexOf(':');
            request.header(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        return goingOn(send(request.build()));
    }

    /** What proves a second factor gives the session other tokens. */
    private Answer goingOn(Answer answer) {
        boolean json = answer.header("Content-Type").startsWith(JSON);
        if (token != null && answer.status() / 100 == 2 && json) {
            JsonNode root = answer.json();
            String next =
                    root.at("/tokens/accessToken").asString(root.at("/accessToken").asString(""));
            token = next.isEmpty() ? token : next;
        }
        return answer;
    }

    /** All of it, or nothing of what does not come to an end by itself. */
    private static HttpResponse.BodySubscriber<byte[]> body(HttpResponse.ResponseInfo head) {
        boolean goesOn =
                head.headers()
                        .firstValue("Content-Type")
                        .orElse("")
                        .startsWith("text/event-stream");
        return goesOn ? new HeadOnly() : HttpResponse.BodySubscribers.ofByteArray();
    }

    /** Breaks off behind the head. */
    private static final class HeadOnly implements HttpResponse.BodySubscriber<byte[]> {

        @Override
        public CompletionStage<byte[]> getBody() {
            return CompletableFuture.completedFuture(new byte[0]);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> ignored) {
            // What was on its way is not read.
        }

        @Override
        public void onError(Throwable brokenOff) {
            // That is what was asked for.
        }

        @Override
        public void onComplete() {
            // It was broken off before.
        }
    }

    /** Begins to read a stream of events. */
    EventReader events(String query, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://localhost:"
                                                + server.port()
                                                + "/api/v1/events"
                                                + query))
                        .header("Authorization", "Bearer " + token);
        for (String header : List.of(headers)) {
            int colon = header.indexOf(':');
            request.header(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        try {
            return new EventReader(
                    http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException broken) {
            throw new AssertionError("the stream did not begin", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, ApiClient::body);
            return new Answer(response.statusCode(), response);
        } catch (IOException broken) {
            throw new AssertionError("the request failed: " + request, broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
