/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.top;

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

/** The port for operators of the server on this machine. */
final class OperationsPort implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;

    private final int port;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();

    OperationsPort(int port) {
        this.port = port;
    }

    /**
     * What the server says at this path.
     *
     * @throws CommandFailed if nobody answers there, or not as our server does
     */
    String get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(PATIENCE)
                        .build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX);
                if (response.statusCode() != 200) {
                    throw unreachable("it answered " + response.statusCode() + " to " + path);
                }
                return new String(bytes, StandardCharsets.UTF_8);
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
        return "no server can be watched on port %d of this machine: %s; run this where the server runs, and give --port if it is not the usual one"
                .formatted(port, why);
    }

    @Override
    public void close() {
        client.close();
    }
}
