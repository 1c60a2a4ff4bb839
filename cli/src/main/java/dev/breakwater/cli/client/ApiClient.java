/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One server's API. Every method either returns what was asked for or throws {@link CommandFailed}
 * with a sentence that says who refused and why.
 */
public final class ApiClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final long ANSWER_BYTES_MAX = 64L << 20;
    private static final int PROBLEM_BYTES_MAX = 65_536;
    private static final int TRIES_MAX = 3;
    private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** RFC 6750 section 2.1. */
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]{1,1024}=*");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI server;
    private final Trust root;
    private final Credential credential;
    private final SecondFactor secondFactor;
    private final HttpClient http;

    private ApiClient(URI server, Trust root, Credential credential, SecondFactor secondFactor) {
        this.server = server;
        this.root = root;
        this.credential = credential;
        this.secondFactor = secondFactor;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .sslContext(root.context())
                        .build();
    }

    /** The API as the profile's token may use it. */
    public static ApiClient of(Profile profile) {
        String token = profile.token().orElseThrow(ApiClient::nothingToShow);
        if (!BEARER.matcher(token).matches()) {
            // The token itself must not show up in the sentence.
            throw new CommandFailed(
                    ExitCode.USAGE, "the profile's token is no token; run breakwater setup again");
        }
        return new ApiClient(
                profile.server(),
                profile.root(),
                new Credential.Fixed(Optional.of(token)),
                SecondFactor.known(Optional::empty));
    }

    /**
     * The API as whoever is logged in with the profile may use it, or else as its token may.
     *
     * @param secondFactor proves it once more where the server wants that
     */
    public static ApiClient of(ProfileFile file, SecondFactor secondFactor) {
        Profile profile = file.read();
        if (profile.session().isEmpty()) {
            return of(profile);
        }
        Session session = profile.session().get();
        return new ApiClient(
                profile.server(),
                profile.root(),
                new KeptSession(file, session, Clock.systemUTC()),
                secondFactor);
    }

    /**
     * The API as somebody without a token may use it: to set it up, to accept an invitation, to log
     * in.
     */
    public static ApiClient withoutToken(URI server, Trust root) {
        return new ApiClient(
                server,
                root,
                new Credential.Fixed(Optional.empty()),
                SecondFactor.known(Optional::empty));
    }

    private static CommandFailed nothingToShow() {
        return new CommandFailed(
                ExitCode.CANNOT_START,
                "nobody is logged in and the profile holds no token; run breakwater login EMAIL");
    }

    /** Sends, and returns the answer if the server did what was asked. */
    public ApiAnswer send(ApiRequest request) {
        return answered(exchange(request));
    }

    /**
     * Sends what the server answers with other tokens for the session, which goes on with those.
     *
     * @param tokens where they stand in the answer, as a JSON pointer
     */
    public ApiAnswer sendAndGoOn(ApiRequest request, String tokens) {
        return credential
                .exchange(token -> Optional.of(answered(carry(request, token))), tokens)
                .orElseThrow();
    }

    private ApiAnswer answered(HttpResponse<byte[]> response) {
        if (response.statusCode() / 100 != 2) {
            throw refused(response);
        }
        return answer(response);
    }

    /** Sends, and returns nothing if what was asked for does not exist. */
    public Optional<ApiAnswer> find(ApiRequest request) {
        HttpResponse<byte[]> response = exchange(request);
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        return Optional.of(answered(response));
    }

    /** Sends, and returns nothing if the server refuses for this reason, a problem's type. */
    Optional<ApiAnswer> sendUnless(ApiRequest request, String problem) {
        return unless(exchange(request), problem);
    }

    private Optional<ApiAnswer> unless(HttpResponse<byte[]> response, String problem) {
        if (isProblem(response, problem)) {
            return Optional.empty();
        }
        return Optional.of(answered(response));
    }

    /** What is done with an answer as it comes. */
    @FunctionalInterface
    public interface Reading {

        /** Reads the body of an answer of this status, which is one of success. */
        void read(int status, InputStream body) throws IOException;
    }

    /**
     * Reads server-sent events until the stream ends or breaks, or there are enough.
     *
     * @param lastId where to go on; empty to begin now
     */
    public void follow(ApiRequest request, Optional<String> lastId, LiveEvents events) {
        Map<String, String> place =
                lastId.map(id -> Map.of("Last-Event-ID", id)).orElseGet(Map::of);
        try {
            read(request, place, (_, body) -> EventStream.read(body, events));
        } catch (IOException broken) {
            if (lastId.isEmpty()) {
                throw unreachable(broken, request);
            }
        }
    }

    /**
     * Reads an answer as it comes, however long it is.
     *
     * @throws IOException if it broke off, or could not be put where it belongs
     */
    public void read(ApiRequest request, Map<String, String> headers, Reading reading)
            throws IOException {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(encode(request, credential.token()), (_, _) -> true);
        headers.forEach(builder::header);
        try {
            HttpResponse<InputStream> response =
                    http.send(builder.build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() / 100 != 2) {
                    JsonNode problem = JSON.readTree(body.readNBytes(PROBLEM_BYTES_MAX));
                    throw Problems.refused(
                            server,
                            response.statusCode(),
                            problem,
                            response.headers().firstValue("Retry-After"));
                }
                reading.read(response.statusCode(), body);
            }
        } catch (ConnectException | SSLException | HttpTimeoutException hopeless) {
            throw unreachable(hopeless, request);
        } catch (JacksonException notJson) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE, server + " answered with something else", notJson);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /** A request that is refused for who asks has done nothing, so it may be sent once more. */
    private HttpResponse<byte[]> exchange(ApiRequest request) {
        Optional<String> token = credential.token();
        HttpResponse<byte[]> response = carry(request, token);
        if (token.isPresent() && isProblem(response, "authentication-needed")) {
            Optional<String> other = credential.tokenInsteadOf(token.get());
            if (other.isPresent()) {
                response = carry(request, other);
            }
        }
        boolean proven =
                (isProblem(response, "step-up-needed")
                                && secondFactor.prove(this::stepUp, false).isPresent())
                        || (isProblem(response, "password-needed")
                                && secondFactor.showPassword(this::showPassword).isPresent());
        return proven ? carry(request.anew(), credential.token()) : response;
    }

    private Optional<ApiAnswer> stepUp(ObjectNode proof) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("proof", proof);
        return prove(body, "second-factor-refused");
    }

    private Optional<ApiAnswer> showPassword(String password) {
        return prove(
                JsonNodeFactory.instance.objectNode().put("password", password), "log-in-refused");
    }

    private Optional<ApiAnswer> prove(ObjectNode body, String refusal) {
        ApiRequest request = ApiRequest.post(body, "me", "proofs");
        return credential.exchange(token -> unless(carry(request, token), refusal), "");
    }

    private boolean isProblem(HttpResponse<byte[]> response, String type) {
        return response.statusCode() / 100 == 4 && Problems.is(body(response), type);
    }

    private CommandFailed refused(HttpResponse<byte[]> response) {
        return Problems.refused(
                server,
                response.statusCode(),
                body(response),
                response.headers().firstValue("Retry-After"));
    }

    private HttpResponse<byte[]> carry(ApiRequest request, Optional<String> token) {
        HttpRequest encoded = encode(request, token);
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

    private HttpRequest encode(ApiRequest request, Optional<String> token) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(request.on(server))
                        .timeout(ANSWER_TIMEOUT.plus(request.serverWait()))
                        .header("Accept", "application/json, application/problem+json")
                        .method(
                                request.method(),
                                request.body()
                                        .map(BodyPublishers::ofByteArray)
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
        // A file need not be JSON.
        if (response.body().length == 0 || ApiAnswer.isFile(response)) {
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
        return new Unreachable(server, root).during(request, cause);
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
