/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

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

/**
 * Files by HTTPS from the server's port for devices, by mutual TLS with the certificate in use. A
 * download is one connection, which goes on from any byte (RFC 9110 section 14).
 */
final class HttpsFiles implements UpdateFiles {

    /** How long a connection and its first answer may each take. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final UpdateLine line;
    private final InstantSource clock;

    HttpsFiles(UpdateLine line, InstantSource clock) {
        this.line = line;
        this.clock = clock;
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
                // A whole file in answer to a range: somebody on the way knows no ranges.
                response.body().skipNBytes(offset);
                yield Optional.of(response.body());
            }
            case 206 -> {
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

    private static void requireFrom(HttpResponse<InputStream> response, long offset)
            throws IOException {
        String range = response.headers().firstValue("Content-Range").orElse("none");
        if (!range.startsWith("bytes " + offset + "-")) {
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
