/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * One server's API. Every method either returns what was asked for or throws {@link CommandFailed}
 * with a sentence that says who refused and why.
 */
public final class ApiClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final long ANSWER_BYTES_MAX = 64L << 20;
    private static final int PROBLEM_BYTES_MAX = 65_536;
    private static final String EVENT = "event: ";
    private static final String DATA = "data: ";
    private static final String ID = "id: ";
    private static final int TRIES_MAX = 3;
    private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** RFC 6750 section 2.1. */
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]{1,1024}=*");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI server;
    private final Fingerprint root;
    private final Optional<String> token;
    private final HttpClient http;

    private ApiClient(URI server, Fingerprint root, Optional<String> token) {
        this.server = server;
        this.root = root;
        this.token = token;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .sslContext(PinnedRoot.context(root))
                        .build();
    }

    /** The API as the profile's token may use it. */
    public static ApiClient of(Profile profile) {
        if (!BEARER.matcher(profile.token()).matches()) {
            // The token itself must not show up in the sentence.
            throw new CommandFailed(
                    ExitCode.USAGE, "the profile's token is no token; run breakwater setup again");
        }
        return new ApiClient(profile.server(), profile.root(), Optional.of(profile.token()));
    }

    /** The API as somebody without a token may use it: for the first set-up only. */
    public static ApiClient withoutToken(URI server, Fingerprint root) {
        return new ApiClient(server, root, Optional.empty());
    }

    /** Sends, and returns the answer if the server did what was asked. */
    public ApiAnswer send(ApiRequest request) {
        HttpResponse<byte[]> response = exchange(request);
        if (response.statusCode() / 100 != 2) {
            throw Problems.refused(server, response.statusCode(), body(response));
        }
        return answer(response);
    }

    /** Sends, and returns nothing if what was asked for does not exist. */
    public Optional<ApiAnswer> find(ApiRequest request) {
        HttpResponse<byte[]> response = exchange(request);
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        if (response.statusCode() / 100 != 2) {
            throw Problems.refused(server, response.statusCode(), body(response));
        }
        return Optional.of(answer(response));
    }

    /**
     * Reads server-sent events until the stream ends or breaks, or there are enough.
     *
     * @param lastId where to go on; empty to begin now
     */
    public void follow(ApiRequest request, Optional<String> lastId, LiveEvents events) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(encode(request), (_, _) -> true);
        lastId.ifPresent(id -> builder.header("Last-Event-ID", id));
        try {
            HttpResponse<InputStream> response =
                    http.send(builder.build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    JsonNode problem = JSON.readTree(body.readNBytes(PROBLEM_BYTES_MAX));
                    throw Problems.refused(server, response.statusCode(), problem);
                }
                read(body, events);
            }
        } catch (ConnectException | SSLException | HttpTimeoutException hopeless) {
            throw unreachable(hopeless, request);
        } catch (JacksonException notJson) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE, server + " answered with something else", notJson);
        } catch (IOException broken) {
            if (lastId.isEmpty()) {
                throw unreachable(broken, request);
            }
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /** HTML Living Standard, section 9.2.6, as far as our server makes use of it. */
    private static void read(InputStream body, LiveEvents events) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        String name = "";
        String data = "";
        String id = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(EVENT)) {
                name = line.substring(EVENT.length());
            } else if (line.startsWith(DATA)) {
                data = line.substring(DATA.length());
            } else if (line.startsWith(ID)) {
                id = line.substring(ID.length());
            } else if (line.isEmpty()) {
                if (!id.isEmpty()) {
                    events.stands(id);
                }
                if (!name.isEmpty() && !events.happened(name, JSON.readTree(data))) {
                    return;
                }
                name = "";
                data = "";
                id = "";
            }
        }
    }

    private HttpResponse<byte[]> exchange(ApiRequest request) {
        HttpRequest encoded = encode(request);
        for (int attempt = 1; ; attempt++) {
            boolean mayRepeat = request.isRepeatable() && attempt < TRIES_MAX;
            Duration pause = PAUSE_FIRST.multipliedBy(attempt);
            try {
                HttpResponse<byte[]> response =
                        http.send(
                                encoded,
                                BodyHandlers.limiting(
                                        BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
                Optional<Duration> retryAfter = retryAfter(response);
                if (!mayRepeat || retryAfter.isEmpty()) {
                    return response;
                }
                pause = retryAfter.get();
            } catch (ConnectException | SSLException | HttpTimeoutException hopeless) {
                throw unreachable(hopeless, request);
            } catch (IOException broken) {
                if (!mayRepeat) {
                    throw unreachable(broken, request);
                }
            } catch (InterruptedException interrupted) {
                throw interrupted(interrupted);
            }
            pause(pause);
        }
    }

    private HttpRequest encode(ApiRequest request) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(request.on(server))
                        .timeout(ANSWER_TIMEOUT.plus(request.serverWait()))
                        .header("Accept", "application/json, application/problem+json")
                        .method(
                                request.method(),
                                request.body()
                                        .map(body -> BodyPublishers.ofString(body.toString()))
                                        .orElseGet(BodyPublishers::noBody));
        request.body().ifPresent(_ -> builder.header("Content-Type", request.contentType()));
        token.ifPresent(secret -> builder.header("Authorization", "Bearer " + secret));
        request.ifMatch().ifPresent(version -> builder.header("If-Match", version));
        request.idempotencyKey().ifPresent(key -> builder.header("Idempotency-Key", key));
        return builder.build();
    }

    /** How long a busy server asks to wait, if that is short enough to be worth it. */
    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        if (response.statusCode() != 429 && response.statusCode() != 503) {
            return Optional.empty();
        }
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,4}"))
                .map(value -> Duration.ofSeconds(Integer.parseInt(value)))
                .filter(wait -> wait.compareTo(PAUSE_MAX) <= 0);
    }

    private ApiAnswer answer(HttpResponse<byte[]> response) {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        return new ApiAnswer(
                body(response), text, response.headers().firstValue("ETag").orElse("*"));
    }

    private JsonNode body(HttpResponse<byte[]> response) {
        if (response.body().length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException notJson) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    server
                            + " answered with status "
                            + response.statusCode()
                            + " and something that is not JSON; is a Breakwater API listening there?",
                    notJson);
        }
    }

    private CommandFailed unreachable(IOException cause, ApiRequest request) {
        return new CommandFailed(ExitCode.UNREACHABLE, sentence(cause, request), cause);
    }

    private String sentence(IOException cause, ApiRequest request) {
        for (Throwable link = cause; link != null; link = link.getCause()) {
            switch (link) {
                case PinnedRoot.OtherRoot other -> {
                    return server
                            + " is not the server of this profile: "
                            + root
                            + " was expected, "
                            + other.getMessage()
                            + "; somebody may be listening in between, or the server was set up anew"
                            + " (then run breakwater setup again)";
                }
                case UnknownHostException _ -> {
                    return "the name "
                            + server.getHost()
                            + " cannot be resolved; check the server in the profile";
                }
                case HttpTimeoutException _ -> {
                    return server + " did not answer in time" + unknownOutcome(request);
                }
                case ConnectException _ -> {
                    return server
                            + " cannot be reached; is the server running (breakwater server), and does"
                            + " a firewall let port "
                            + port()
                            + " pass?";
                }
                default -> {}
            }
        }
        if (cause instanceof SSLException) {
            return server
                    + " cannot prove who it is: "
                    + cause.getMessage()
                    + "; use a name that stands in its certificate";
        }
        return server + " ended the connection without an answer" + unknownOutcome(request);
    }

    private static String unknownOutcome(ApiRequest request) {
        return request.method().equals("GET")
                ? "; try again"
                : "; whether it did what was asked is not known: look before trying again";
    }

    private int port() {
        return server.getPort() < 0 ? 443 : server.getPort();
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static CommandFailed interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new CommandFailed(ExitCode.UNREACHABLE, "interrupted while waiting", cause);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
