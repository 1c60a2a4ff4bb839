/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.Pause;
import dev.breakwater.device.UpdateLine;
import dev.breakwater.device.est.RetryAfter;
import dev.breakwater.device.identity.ClockDoubt;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.protocol.update.offer.UpdateFile;
import dev.breakwater.protocol.update.offer.UpdatePaths;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files by HTTPS from the server's port for devices, by mutual TLS with the certificate in use. A
 * download is one connection, which goes on from any byte (RFC 9110 section 14).
 */
final class HttpsFiles implements UpdateFiles {

    /** How long a connection and its first answer may each take. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /**
     * How long bytes may take that are there already and come again, because a range was answered
     * with the whole file: nobody paces what is thrown away.
     */
    static final Duration SKIP_MAX = Duration.ofMinutes(2);

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    private final UpdateLine line;
    private final InstantSource clock;
    private final Pause pause;

    HttpsFiles(UpdateLine line, AgentEnvironment environment) {
        this.line = line;
        this.clock = environment.clock();
        this.pause = environment.pause();
    }

    /** If the clock turns out to be in doubt, the server proves what time it is, and once more. */
    @Override
    public Optional<InputStream> open(UpdateFile file, long offset) throws IOException {
        try {
            return connected(file, offset);
        } catch (IOException failed) {
            if (!ClockDoubt.isCauseOf(failed)) {
                throw failed;
            }
        }
        try {
            var _ = line.provenTime();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw stopped(stopped);
        }
        return connected(file, offset);
    }

    private Optional<InputStream> connected(UpdateFile file, long offset) throws IOException {
        try {
            UpdateLine.Place place = line.place();
            HttpClient client =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .connectTimeout(ANSWER_MAX)
                            .sslContext(place.tls())
                            .sslParameters(PinnedTls.parameters())
                            .build();
            boolean handedOn = false;
            try {
                Optional<InputStream> body = ask(client, request(place, file, offset), offset);
                handedOn = body.isPresent();
                return body.map(in -> new Body(client, in));
            } finally {
                if (!handedOn) {
                    client.shutdownNow();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw stopped(stopped);
        }
    }

    private static InterruptedIOException stopped(InterruptedException cause) {
        InterruptedIOException stopped = new InterruptedIOException("the updater was stopped");
        stopped.initCause(cause);
        return stopped;
    }

    private static HttpRequest request(UpdateLine.Place place, UpdateFile file, long offset)
            throws IOException {
        String path =
                switch (file) {
                    case UpdateFile.Metadata(var name) -> UpdatePaths.metadata(name);
                    case UpdateFile.Artifact(var sha256) -> UpdatePaths.artifact(sha256);
                };
        try {
            // The path is in its form already: a role's name with %XX must not be quoted again.
            URI base = new URI("https", null, place.host(), place.port(), null, null, null);
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER_MAX).GET();
            if (offset > 0) {
                request.header("Range", "bytes=" + offset + "-");
                if (file instanceof UpdateFile.Artifact(var sha256)) {
                    request.header("If-Range", "\"" + sha256 + "\"");
                }
            }
            return request.build();
        } catch (URISyntaxException malformed) {
            throw new IOException(place.host() + " is not the name of a host", malformed);
        }
    }

    private Optional<InputStream> ask(HttpClient client, HttpRequest request, long offset)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        return switch (response.statusCode()) {
            case 200 -> {
                requirePlain(response);
                // A whole file in answer to a range: somebody on the way knows no ranges.
                skip(client, response.body(), offset);
                yield Optional.of(response.body());
            }
            case 206 -> {
                requirePlain(response);
                requireFrom(response, offset);
                yield Optional.of(response.body());
            }
            case 404 -> Optional.empty();
            case 429, 503 ->
                    throw new SourceBusy(
                            RetryAfter.parse(
                                    response.headers().firstValue("Retry-After").orElse("60"),
                                    clock.instant()));
            default ->
                    throw new IOException(
                            "the server answered %d to the request for a file of an update"
                                    .formatted(response.statusCode()));
        };
    }

    private void skip(HttpClient client, InputStream body, long offset) throws IOException {
        if (offset == 0) {
            return;
        }
        Thread watch =
                Thread.ofVirtual()
                        .name("breakwater-skip-watch")
                        .start(() -> endAfterSkipping(client));
        try {
            body.skipNBytes(offset);
        } finally {
            watch.interrupt();
        }
    }

    private void endAfterSkipping(HttpClient client) {
        try {
            pause.rest(SKIP_MAX);
            client.shutdownNow();
        } catch (InterruptedException skipped) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is encoded is not what was hashed; and nobody asked for it (RFC 9110 section 8.4). */
    private static void requirePlain(HttpResponse<InputStream> response) throws IOException {
        Optional<String> encoding = response.headers().firstValue("Content-Encoding");
        if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
            throw new IOException("the server gave an encoded file, which nobody asked for");
        }
    }

    private static void requireFrom(HttpResponse<InputStream> response, long offset)
            throws IOException {
        Matcher range =
                CONTENT_RANGE.matcher(
                        response.headers().firstValue("Content-Range").orElse("none"));
        if (!range.matches()
                || Long.parseLong(range.group(1)) != offset
                || Long.parseLong(range.group(2)) < offset
                || Long.parseLong(range.group(2)) >= Long.parseLong(range.group(3))) {
            throw new IOException(
                    "the server gave another range than byte %d on".formatted(offset));
        }
    }

    /** Ends the connection when it is closed, and with it a read that waits. */
    private static final class Body extends FilterInputStream {

        private final HttpClient client;

        Body(HttpClient client, InputStream in) {
            super(in);
            this.client = client;
        }

        @Override
        public void close() throws IOException {
            client.shutdownNow();
            super.close();
        }
    }
}
