/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Carries requests to one server, within bounds of bytes and time. */
final class Calls implements AutoCloseable {

    static final Duration CONNECT_MAX = Duration.ofSeconds(5);

    /** Of the whole answer: a body may not trickle. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    static final int ANSWER_BYTES_MAX = 4 << 20;

    private static final int TRIES_MAX = 3;
    private static final Duration PAUSE_FIRST = Duration.ofMillis(200);

    /** How long a busy server is waited for; longer is the owner's to decide. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** How many causes are followed: what reaches this limit goes round in a circle. */
    private static final int CAUSES_MAX = 32;

    private final ServerAddress server;
    private final HttpClient http;

    Calls(ServerAddress server) {
        this.server = server;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT_MAX)
                        .sslContext(server.trust().tls())
                        .build();
    }

    ServerAddress server() {
        return server;
    }

    /** Sends, and again if that changes nothing and may help. */
    Answer send(Call call, Optional<String> token) throws Stopped, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            boolean mayRepeat = call.isRepeatable() && attempt < TRIES_MAX;
            Duration pause = PAUSE_FIRST.multipliedBy(attempt);
            try {
                Answer answer = once(call, token);
                boolean waits =
                        (answer.status() == 429 || answer.status() == 503)
                                && answer.retryAfter()
                                        .filter(time -> time.compareTo(PAUSE_MAX) <= 0)
                                        .isPresent();
                if (!mayRepeat || !waits) {
                    return answer;
                }
                pause = answer.retryAfter().orElseThrow();
            } catch (IOException broken) {
                if (!mayRepeat || isHopeless(broken)) {
                    throw Stopped.unreachable(sentence(broken, call), broken);
                }
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
    }

    private Answer once(Call call, Optional<String> token)
            throws IOException, InterruptedException {
        Duration timeMax = ANSWER_MAX.plus(call.serverWait());
        CompletableFuture<HttpResponse<byte[]>> pending =
                http.sendAsync(
                        encoded(call, token).build(),
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            HttpResponse<byte[]> response = pending.get(timeMax.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("ETag").orElse("*"),
                    retryAfter(response));
        } catch (TimeoutException slow) {
            throw new TooSlow(slow);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException broken
                    ? broken
                    : new IOException(failed.getCause());
        } finally {
            pending.cancel(true);
        }
    }

    /**
     * Opens a stream of events; the caller closes it.
     *
     * @param lastId where to go on
     */
    HttpResponse<InputStream> open(Call call, String token, Optional<String> lastId)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                encoded(call, Optional.of(token))
                        .timeout(ANSWER_MAX)
                        .setHeader("Accept", "text/event-stream, application/problem+json");
        lastId.ifPresent(id -> request.header("Last-Event-ID", id));
        return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder encoded(Call call, Optional<String> token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri().resolve(call.target()))
                        .header("Accept", "application/json, application/problem+json")
                        .method(
                                call.method(),
                                call.body()
                                        .map(
                                                body ->
                                                        BodyPublishers.ofByteArray(
                                                                body.toString()
                                                                        .getBytes(
                                                                                StandardCharsets
                                                                                        .UTF_8)))
                                        .orElseGet(BodyPublishers::noBody));
        call.body().ifPresent(_ -> request.header("Content-Type", call.contentType()));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        call.ifMatch().ifPresent(version -> request.header("If-Match", version));
        call.key().ifPresent(key -> request.header("Idempotency-Key", key));
        return request;
    }

    static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Integer.parseInt(value)));
    }

    private static final class TooSlow extends IOException {

        @Serial private static final long serialVersionUID = 1;

        TooSlow(Throwable cause) {
            super("no answer in time", cause);
        }
    }

    private static boolean isHopeless(IOException failure) {
        return failure instanceof ConnectException
                || failure instanceof SSLException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof TooSlow;
    }

    /** What an owner can do about a request that had no answer. */
    String sentence(IOException failure, Call call) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof OtherRoot) {
                return server
                        + " is not the server this app was told: it shows another root."
                        + " Somebody may be listening in between, so nothing was sent.";
            }
            if (cause instanceof UnknownHostException) {
                return "The name "
                        + server.host()
                        + " is not known here; is there a connection to the Internet?";
            }
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                return server + " cannot be reached; is there a connection to the Internet?";
            }
            cause = cause.getCause();
        }
        if (failure instanceof SSLException) {
            return server + " cannot prove who it is, so nothing was sent.";
        }
        return server
                + (failure instanceof TooSlow
                        ? " did not answer in time"
                        : " ended the connection without an answer")
                + (call.isRead()
                        ? "; try again."
                        : "; whether it did what was asked is not known: look before trying again.");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
