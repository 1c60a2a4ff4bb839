/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.identity.CertificateRefused;
import dev.breakwater.device.identity.CertificateRequest;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Asks the server for certificates.
 *
 * <pre>{@code
 * EstClient est = new EstClient("tanks.example.com", 8884, Clock.systemUTC());
 * ServerTrust trust = est.fetchTrust(pin);
 * switch (est.enroll(trust, serial, code, slots.keyForNext())) {
 *     case EnrollmentOutcome.Issued(var certificate) -> slots.completeNext(certificate);
 *     case EnrollmentOutcome.Pending(var retryAfter) -> ...
 * }
 * }</pre>
 *
 * <p>Calls block, for at most {@link #ANSWER_MAX}, and are best made on a virtual thread. Each call
 * is one connection of its own. An {@link IOException} means that no answer came or none could be
 * read: the same request may be made again.
 */
public final class EstClient {

    /** How long a whole exchange may take. */
    public static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /** The shortest wait a server may ask for. */
    public static final Duration RETRY_AFTER_MIN = Duration.ofSeconds(1);

    /** The longest wait that is honoured; a server that asks for more is asked after this. */
    public static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final int REASON_CHARS_MAX = 512;

    private final String host;
    private final int port;
    private final Clock clock;

    /**
     * A client of one server.
     *
     * @param host a DNS name or address, which the server's certificate must carry
     * @param port 1 to 65535
     */
    public EstClient(String host, int port, Clock clock) {
        this.host = host;
        this.port = port;
        this.clock = clock;
    }

    /**
     * Fetches the server's certificates (RFC 7030 section 4.1) and keeps the pinned root. The
     * connection is not authenticated, and need not be: only the fingerprint is believed.
     *
     * @throws CertificateRefused if the pinned root is not among them
     */
    public ServerTrust fetchTrust(RootFingerprint pin)
            throws IOException, CertificateRefused, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("cacerts")).GET().build();
        HttpResponse<byte[]> response = exchange(PinnedTls.provisional(), request);
        if (response.statusCode() != 200) {
            throw new IOException(
                    "the server answered %d to the request for its certificates"
                            .formatted(response.statusCode()));
        }
        return ServerTrust.pinned(pin, certificates(response));
    }

    /** Asks for the first certificate, with the one-time code (RFC 7030 sections 3.2.3, 4.2.1). */
    public EnrollmentOutcome enroll(
            ServerTrust trust, DeviceSerial serial, EnrollmentCode code, DeviceKey key)
            throws IOException, InterruptedException {
        byte[] userAndPassword = (serial.text() + ":" + code.text()).getBytes(UTF_8);
        HttpRequest request =
                post("simpleenroll", CertificateRequest.first(serial, key))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(userAndPassword))
                        .build();
        return outcome(exchange(PinnedTls.serverOnly(trust), request), trust, serial, key);
    }

    /** Asks for the successor of a certificate, over mutual TLS with it (section 4.2.2). */
    public EnrollmentOutcome reenroll(
            ServerTrust trust, DeviceSerial serial, Credential current, DeviceKey key)
            throws IOException, InterruptedException {
        HttpRequest request =
                post("simplereenroll", CertificateRequest.successorOf(current.certificate(), key))
                        .build();
        return outcome(exchange(PinnedTls.mutual(trust, current), request), trust, serial, key);
    }

    private EnrollmentOutcome outcome(
            HttpResponse<byte[]> response, ServerTrust trust, DeviceSerial serial, DeviceKey key)
            throws IOException {
        Optional<String> retryAfter = response.headers().firstValue("Retry-After");
        return switch (response.statusCode()) {
            case 200 -> verified(certificates(response), trust, serial, key);
            case 202 ->
                    new EnrollmentOutcome.Pending(
                            RetryAfter.parse(
                                    retryAfter.orElseThrow(
                                            () ->
                                                    new IOException(
                                                            "the server answered 202 without Retry-After")),
                                    clock.instant()));
            case 429, 503 ->
                    new EnrollmentOutcome.Busy(
                            RetryAfter.parse(retryAfter.orElse("60"), clock.instant()));
            case 400, 401, 403, 404, 409, 413, 415, 422 ->
                    new EnrollmentOutcome.Refused(
                            "the server answered %d: %s"
                                    .formatted(response.statusCode(), text(response.body())));
            default ->
                    throw new IOException(
                            "the server answered " + response.statusCode() + " to the request");
        };
    }

    private EnrollmentOutcome verified(
            List<X509Certificate> issued, ServerTrust trust, DeviceSerial serial, DeviceKey key) {
        if (issued.size() != 1) {
            return new EnrollmentOutcome.Refused(
                    "the server sent %d certificates in answer to one request"
                            .formatted(issued.size()));
        }
        try {
            return new EnrollmentOutcome.Issued(
                    VerifiedCertificate.verify(
                            issued.getFirst(), trust, key, serial, clock.instant()));
        } catch (CertificateRefused notOurs) {
            return new EnrollmentOutcome.Refused(String.valueOf(notOurs.getMessage()));
        }
    }

    private HttpRequest.Builder post(String operation, CertificateRequest request)
            throws IOException {
        return HttpRequest.newBuilder(uri(operation))
                .header("Content-Type", "application/pkcs10")
                .POST(
                        HttpRequest.BodyPublishers.ofByteArray(
                                Base64.getMimeEncoder(64, new byte[] {'\n'})
                                        .encode(request.der())));
    }

    private HttpResponse<byte[]> exchange(SSLContext context, HttpRequest request)
            throws IOException, InterruptedException {
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
                        "no answer from %s:%d within %d seconds"
                                .formatted(host, port, ANSWER_MAX.toSeconds()),
                        slow);
            } catch (ExecutionException failed) {
                throw new IOException(
                        "no answer from %s:%d: %s".formatted(host, port, failed.getCause()),
                        failed.getCause());
            } finally {
                answer.cancel(true);
                client.shutdownNow();
            }
        }
    }

    private static List<X509Certificate> certificates(HttpResponse<byte[]> response)
            throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/pkcs7-mime")) {
            throw new IOException("the server's answer is not application/pkcs7-mime");
        }
        return CertsOnly.parse(response.body());
    }

    private URI uri(String operation) throws IOException {
        try {
            return new URI("https", null, host, port, "/.well-known/est/" + operation, null, null);
        } catch (URISyntaxException malformed) {
            throw new IOException(host + " is not the name of a host", malformed);
        }
    }

    /** The server's words for the log; a hostile server must not forge lines in it. */
    private static String text(byte[] body) {
        String text = new String(body, UTF_8).replaceAll("\\p{Cntrl}+", " ").strip();
        return text.length() > REASON_CHARS_MAX ? text.substring(0, REASON_CHARS_MAX) : text;
    }
}
