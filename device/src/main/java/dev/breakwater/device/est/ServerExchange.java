/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import dev.breakwater.device.identity.PinnedTls;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** One request to the server's port for devices and its answer, on a connection of their own. */
public final class ServerExchange {

    /** How long a whole exchange may take. */
    public static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    private ServerExchange() {}

    /**
     * Asks once; blocks for at most {@link #ANSWER_MAX}.
     *
     * @param context decides whom to believe and what to prove
     * @throws IOException if no answer came, or one of more than 64 KiB
     */
    public static HttpResponse<byte[]> once(SSLContext context, HttpRequest request)
            throws IOException, InterruptedException {
        String place = request.uri().getAuthority();
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(ANSWER_MAX)
                        .sslContext(context)
                        .sslParameters(PinnedTls.parameters())
                        .build()) {
            CompletableFuture<HttpResponse<byte[]>> answer =
                    client.sendAsync(
                            request,
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
            try {
                // Not HttpRequest.timeout: that ends with the headers, and a body may trickle.
                return answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException slow) {
                throw new IOException(
                        "no answer from %s within %d seconds"
                                .formatted(place, ANSWER_MAX.toSeconds()),
                        slow);
            } catch (ExecutionException failed) {
                throw new IOException(
                        "no answer from %s: %s".formatted(place, failed.getCause()),
                        failed.getCause());
            } finally {
                answer.cancel(true);
                client.shutdownNow();
            }
        }
    }
}
