/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The port for operators of the server on this machine. */
public final class OperationsPort implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;
    private static final int PORT_MAX = 65_535;

    private final int port;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();

    /**
     * The port of this number.
     *
     * @throws CommandFailed if there is no such port
     */
    public OperationsPort(int port) {
        if (port < 1 || port > PORT_MAX) {
            throw new CommandFailed(ExitCode.USAGE, "--port is " + port + ", not 1 to 65535");
        }
        this.port = port;
    }

    /**
     * What the server says at this path.
     *
     * @throws CommandFailed if nobody answers there, or not as our server does
     */
    public String get(String path) {
        return send("GET", path).orElseThrow(() -> unreachable("it answered 404 to " + path));
    }

    /**
     * Removes what is at this path; empty if there is nothing.
     *
     * @throws CommandFailed if nobody answers there, or not as our server does
     */
    public Optional<String> delete(String path) {
        return send("DELETE", path);
    }

    private Optional<String> send(String method, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(PATIENCE)
                        .build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX);
                return switch (response.statusCode()) {
                    case 200 -> Optional.of(new String(bytes, StandardCharsets.UTF_8));
                    case 404 -> Optional.empty();
                    default ->
                            throw unreachable(
                                    "it answered " + response.statusCode() + " to " + path);
                };
            }
        } catch (IOException unanswered) {
            throw new CommandFailed(ExitCode.UNREACHABLE, sentence("nobody answers"), unanswered);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.UNREACHABLE, sentence("interrupted"), interrupted);
        }
    }

    private CommandFailed unreachable(String why) {
        return new CommandFailed(ExitCode.UNREACHABLE, sentence(why));
    }

    private String sentence(String why) {
        return "no server can be reached on port %d of this machine: %s; run this where the server runs, and give --port if it is not the usual one"
                .formatted(port, why);
    }

    @Override
    public void close() {
        client.close();
    }
}
