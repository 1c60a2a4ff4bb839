/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.HttpsLine;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.TlsLine;
import dev.breakwater.bench.server.ServerFailed;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** An honest client: a new connection for each request, and it waits when it is told to. */
final class Caller {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int ATTEMPTS = 20;

    private final TlsLine tls;
    private final Supplier<InetAddress> source;
    private final int port;

    /** A client that comes from wherever it is told, for each request. */
    Caller(TlsLine tls, Supplier<InetAddress> source, int port) {
        this.tls = tls;
        this.source = source;
        this.port = port;
    }

    /** The answer, whatever it is, but for being told to come back later. */
    Answer send(Request request) throws IOException, InterruptedException {
        Answer answer = once(request);
        for (int i = 0; i < ATTEMPTS && isTurnedAway(answer); i++) {
            Thread.sleep(
                    Duration.ofSeconds(Long.parseLong(answer.header("Retry-After").orElse("1"))));
            answer = once(request);
        }
        return answer;
    }

    private static boolean isTurnedAway(Answer answer) {
        return answer.status() == 429 || answer.status() == 503;
    }

    private Answer once(Request request) throws IOException {
        try (HttpsLine line = HttpsLine.open(tls, source.get(), port, PATIENCE)) {
            line.send(request.bytes());
            return line.answer(request.method().equals("HEAD"));
        }
    }

    /** Reads something that is there. */
    JsonNode get(String token, String path) throws IOException, InterruptedException {
        return done(Request.of("GET", "/api/v1" + path).as(token));
    }

    /** Makes something. */
    JsonNode post(String token, String path, String body) throws IOException, InterruptedException {
        Request request = Request.of("POST", "/api/v1" + path, "Content-Type: application/json");
        Request whose =
                token.isEmpty()
                        ? request
                        : request.as(token).with("Idempotency-Key: " + UUID.randomUUID());
        return done(whose.carrying(body));
    }

    private JsonNode done(Request request) throws IOException, InterruptedException {
        Answer answer = send(request);
        if (answer.status() / 100 != 2) {
            throw new ServerFailed(
                    "%s %s was answered with %d: %s"
                            .formatted(
                                    request.method(),
                                    request.target(),
                                    answer.status(),
                                    answer.body()));
        }
        return answer.json();
    }
}
