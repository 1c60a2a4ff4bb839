/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.HttpsPool;
import dev.breakwater.bench.load.KeyExchange;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Somebody with a token who uses our API, over connections that stay open. */
public final class Operator implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ClientTls tls;
    private final HttpsPool https;
    private final String token;

    Operator(EventLoopGroup loops, int port, Fleet fleet, int connections)
            throws GeneralSecurityException, IOException {
        // HTTPS is served by the JDK, which has no hybrid key exchange.
        this.tls = ClientTls.of(fleet.root(), KeyExchange.CLASSICAL);
        this.https = new HttpsPool(loops, tls, port, connections);
        this.token = fleet.token();
    }

    /** Reads; the path begins behind {@code /api/v1}. */
    public CompletableFuture<JsonNode> get(String path) {
        return sent(HttpsPool.Request.get("/api/v1" + path, headers()));
    }

    /** Asks for something to be done. */
    public CompletableFuture<JsonNode> post(String path, ObjectNode body) {
        Map<String, String> headers = headers();
        headers.put("Content-Type", "application/json");
        return sent(new HttpsPool.Request("POST", "/api/v1" + path, headers, body.toString()));
    }

    /** Revokes a device. */
    public CompletableFuture<JsonNode> revoke(String deviceId) {
        return post("/devices/" + deviceId + "/revocation", object().put("reason", "benchmark"));
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + token);
        headers.put("Accept", "application/json, application/problem+json");
        return headers;
    }

    private CompletableFuture<JsonNode> sent(HttpsPool.Request request) {
        return https.send(request)
                .thenApply(
                        answer -> {
                            if (answer.status() / 100 != 2) {
                                throw new ServerFailed(
                                        "%s %s was answered with %d: %s"
                                                .formatted(
                                                        request.method(),
                                                        request.path(),
                                                        answer.status(),
                                                        answer.body()));
                            }
                            return JSON.readTree(answer.body());
                        });
    }

    /** An empty JSON object. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    @Override
    public void close() {
        https.close();
        tls.close();
    }
}
