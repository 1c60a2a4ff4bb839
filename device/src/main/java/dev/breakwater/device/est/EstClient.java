/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.identity.CertificateRefused;
import dev.breakwater.device.identity.CertificateRequest;
import dev.breakwater.device.identity.ClockDoubt;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.identity.ProvenTime;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.message.SignedTime;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

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
    public static final Duration ANSWER_MAX = ServerExchange.ANSWER_MAX;

    /** The shortest wait a server may ask for. */
    public static final Duration RETRY_AFTER_MIN = Duration.ofSeconds(1);

    /** The longest wait that is honoured; a server that asks for more is asked after this. */
    public static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

    private static final int REASON_CHARS_MAX = 512;

    private final String host;
    private final int port;
    private final Clock clock;
    private final Consumer<Instant> heard;
    private final AtomicReference<@Nullable Proof> proof = new AtomicReference<>();

    /** When it was what time, and whether the clock was ahead of it. */
    private record Proof(Instant time, long nanos, boolean clockIsAhead) {}

    /**
     * A client of one server.
     *
     * @param host a DNS name or address, which the server's certificate must carry
     * @param port 1 to 65535
     */
    public EstClient(String host, int port, Clock clock) {
        this(host, port, clock, _ -> {});
    }

    /**
     * A client that tells what time it is.
     *
     * @param heard is told each time that the server has proved, at that very moment
     */
    public EstClient(String host, int port, Clock clock, Consumer<Instant> heard) {
        this.host = host;
        this.port = port;
        this.clock = clock;
        this.heard = heard;
    }

    /** The time: the clock's, or what the server has proved since where the clock is off. */
    public Instant now() {
        Instant shown = clock.instant();
        @Nullable Proof last = proof.get();
        if (last == null) {
            return shown;
        }
        Instant least = last.time().plusNanos(System.nanoTime() - last.nanos());
        boolean ahead = last.clockIsAhead() && shown.isAfter(least.plus(ProvenTime.AHEAD_MAX));
        return ahead || shown.isBefore(least) ? least : shown;
    }

    /**
     * Asks the server what time it is, for a clock that is in doubt. The connection is not
     * authenticated, and need not be: nothing is sent but a nonce, and the answer is signed by the
     * authority below the pinned root, for this nonce ({@link ProvenTime}). {@link #now} goes by it
     * from here on, never backwards from an earlier proof.
     */
    public void learnTime(ServerTrust trust) throws IOException, InterruptedException {
        String nonce =
                Base64.getUrlEncoder().withoutPadding().encodeToString(SecureBytes.fresh(32));
        HttpRequest request =
                HttpRequest.newBuilder(uri(DeviceRequests.TIME, "nonce=" + nonce)).GET().build();
        HttpResponse<byte[]> response = exchange(PinnedTls.provisional(), request);
        if (response.statusCode() != 200) {
            throw new IOException(
                    "the server answered %d to the question what time it is"
                            .formatted(response.statusCode()));
        }
        try {
            Instant time = ProvenTime.verify(SignedTime.parse(response.body()), nonce, trust);
            // The clock before those who are told, who may put it right.
            boolean ahead = clock.instant().isAfter(time.plus(ProvenTime.AHEAD_MAX));
            Proof fresh = new Proof(time, System.nanoTime(), ahead);
            proof.accumulateAndGet(fresh, EstClient::later);
            heard.accept(time);
        } catch (IllegalArgumentException | CertificateRefused notProved) {
            throw new IOException("the time that the server tells is not proved", notProved);
        }
    }

    private static @Nullable Proof later(@Nullable Proof before, @Nullable Proof fresh) {
        if (before == null || fresh == null) {
            return fresh;
        }
        Instant least = before.time().plusNanos(fresh.nanos() - before.nanos());
        return fresh.time().isBefore(least)
                ? new Proof(least, fresh.nanos(), fresh.clockIsAhead())
                : fresh;
    }

    /**
     * Hands in the receipt of an erasure.
     *
     * @return why the server does not want it, now or ever; empty if it has it
     * @throws IOException if it may be handed in again later
     */
    public Optional<String> handIn(ServerTrust trust, byte[] receipt)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri(DeviceRequests.ERASURE_RECEIPTS, null))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(receipt))
                        .build();
        HttpResponse<byte[]> response =
                exchange(trust, now -> PinnedTls.serverOnly(trust, now), request);
        int status = response.statusCode();
        return switch (status) {
            case 200, 201, 204 -> Optional.empty();
            case 400, 403, 404, 405, 413 ->
                    Optional.of(
                            "the server answered %d: %s".formatted(status, text(response.body())));
            default -> throw new IOException("the server answered " + status + " to the receipt");
        };
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
        HttpRequest request = first(serial, code.text(), key);
        return outcome(
                exchange(trust, now -> PinnedTls.serverOnly(trust, now), request),
                trust,
                serial,
                key);
    }

    /**
     * Asks for a certificate with a ticket of the device's owner, over mutual TLS with the set-up
     * key, which the ticket is bound to.
     */
    public EnrollmentOutcome enrollWithTicket(
            ServerTrust trust,
            DeviceSerial serial,
            SetupTicket ticket,
            SetupIdentity setup,
            DeviceKey key)
            throws IOException, InterruptedException {
        HttpRequest request = first(serial, ticket.text(), key);
        HttpResponse<byte[]> response =
                exchange(trust, now -> PinnedTls.withSetupKey(trust, setup, now), request);
        return response.statusCode() == 409
                ? new EnrollmentOutcome.OwnedByAnother()
                : outcome(response, trust, serial, key);
    }

    private HttpRequest first(DeviceSerial serial, String password, DeviceKey key)
            throws IOException {
        byte[] userAndPassword = (serial.text() + ":" + password).getBytes(UTF_8);
        return post("simpleenroll", CertificateRequest.first(serial, key))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(userAndPassword))
                .build();
    }

    /** Asks for the successor of a certificate, over mutual TLS with it (section 4.2.2). */
    public EnrollmentOutcome reenroll(
            ServerTrust trust, DeviceSerial serial, Credential current, DeviceKey key)
            throws IOException, InterruptedException {
        HttpRequest request =
                post("simplereenroll", CertificateRequest.successorOf(current.certificate(), key))
                        .build();
        HttpResponse<byte[]> response =
                exchange(trust, now -> PinnedTls.mutual(trust, current, now), request);
        return response.statusCode() == 410
                ? givenAway(response, current)
                : outcome(response, trust, serial, key);
    }

    /** An order that does not name this very device is none. */
    private static EnrollmentOutcome givenAway(HttpResponse<byte[]> response, Credential current)
            throws IOException {
        String named =
                response.headers().firstValue(DeviceRequests.GIVEN_AWAY_HEADER).orElse("nobody");
        if (!named.equals(current.deviceId().toString())) {
            throw new IOException("the server answered 410, and not to this device");
        }
        return new EnrollmentOutcome.GivenAway(current.deviceId());
    }

    private EnrollmentOutcome outcome(
            HttpResponse<byte[]> response, ServerTrust trust, DeviceSerial serial, DeviceKey key)
            throws IOException, InterruptedException {
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
                                    .formatted(response.statusCode(), text(response.body())),
                            response.statusCode() == 400);
            default ->
                    throw new IOException(
                            "the server answered " + response.statusCode() + " to the request");
        };
    }

    private EnrollmentOutcome verified(
            List<X509Certificate> issued, ServerTrust trust, DeviceSerial serial, DeviceKey key)
            throws IOException, InterruptedException {
        if (issued.size() != 1) {
            return new EnrollmentOutcome.Refused(
                    "the server sent %d certificates in answer to one request"
                            .formatted(issued.size()),
                    true);
        }
        if (now().isAfter(issued.getFirst().getNotAfter().toInstant())) {
            // Made for us, and over already? Then the clock is ahead.
            learnTime(trust);
        }
        try {
            return new EnrollmentOutcome.Issued(
                    VerifiedCertificate.verify(issued.getFirst(), trust, key, serial, now()));
        } catch (CertificateRefused notOurs) {
            return new EnrollmentOutcome.Refused(String.valueOf(notOurs.getMessage()), true);
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

    /** If the clock turns out to be in doubt, the server proves what time it is, and once more. */
    private HttpResponse<byte[]> exchange(
            ServerTrust trust, Function<Instant, SSLContext> context, HttpRequest request)
            throws IOException, InterruptedException {
        try {
            return exchange(context.apply(now()), request);
        } catch (IOException failed) {
            if (!ClockDoubt.isCauseOf(failed)) {
                throw failed;
            }
        }
        learnTime(trust);
        return exchange(context.apply(now()), request);
    }

    private HttpResponse<byte[]> exchange(SSLContext context, HttpRequest request)
            throws IOException, InterruptedException {
        return ServerExchange.once(context, request);
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
        return uri("/.well-known/est/" + operation, null);
    }

    private URI uri(String path, @Nullable String query) throws IOException {
        try {
            return new URI("https", null, host, port, path, query, null);
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
