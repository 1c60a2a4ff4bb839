/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.server.http.RequestBody;
import dev.breakwater.server.http.SecurityHeaders;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The one place where outcomes become HTTP. Header names are written in their canonical case and
 * Content-Length always: libest compares names byte by byte and knows no chunks.
 */
record EstAnswer(
        int status,
        String contentType,
        String body,
        Optional<String> authenticate,
        Optional<Duration> retryAfter,
        Optional<String> allow,
        Optional<DeviceId> givenAway) {

    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain;charset=utf-8";
    private static final Duration WHEN_BUSY = Duration.ofSeconds(5);

    /** The certificates of a response, or one that was issued. */
    static EstAnswer certificates(byte[] certificatesOnly) {
        return ok("application/pkcs7-mime; smime-type=certs-only", certificatesOnly);
    }

    static EstAnswer attributes(byte[] attributes) {
        return ok("application/csrattrs", attributes);
    }

    private static EstAnswer ok(String contentType, byte[] der) {
        return new EstAnswer(
                HttpStatus.OK_200,
                contentType,
                new String(EstPayloads.encode(der), StandardCharsets.US_ASCII),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The device asks again with the very same request (RFC 7030 section 4.2.3). */
    static EstAnswer pending(EnrollmentOutcome.Pending pending) {
        return text(HttpStatus.ACCEPTED_202, "An operator has to approve this device.")
                .withRetryAfter(pending.retryAfter());
    }

    static EstAnswer text(int status, String text) {
        return of(status, TEXT, text + "\n");
    }

    /** An answer that is read by the agent. */
    static EstAnswer json(String json) {
        return of(HttpStatus.OK_200, JSON, json);
    }

    /** A thing that was made for the agent. */
    static EstAnswer created(byte[] json) {
        return of(HttpStatus.CREATED_201, JSON, new String(json, StandardCharsets.UTF_8));
    }

    /** It is done, and there is nothing to say. */
    static EstAnswer done() {
        return of(HttpStatus.NO_CONTENT_204, JSON, "");
    }

    /** The same refusal as a problem (RFC 9457), for what speaks JSON. */
    EstAnswer asProblem() {
        return new EstAnswer(
                status,
                "application/problem+json",
                "{\"title\":\"%s\",\"status\":%d}".formatted(body.strip(), status),
                authenticate,
                retryAfter,
                allow,
                givenAway);
    }

    private static EstAnswer of(int status, String contentType, String body) {
        return new EstAnswer(
                status,
                contentType,
                body,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static EstAnswer wrongMethod(HttpMethod method) {
        EstAnswer answer =
                text(
                        HttpStatus.METHOD_NOT_ALLOWED_405,
                        "This operation takes " + method + " only.");
        return new EstAnswer(
                answer.status,
                answer.contentType,
                answer.body,
                Optional.empty(),
                Optional.empty(),
                Optional.of(method.asString()),
                Optional.empty());
    }

    /** What a refused client reads: a status and the reason's safe text. */
    static EstAnswer refused(RefusalReason reason) {
        EstAnswer answer = text(status(reason), reason.clientText());
        return switch (answer.status) {
            case HttpStatus.UNAUTHORIZED_401 -> answer.challenging();
            case HttpStatus.SERVICE_UNAVAILABLE_503 -> answer.withRetryAfter(WHEN_BUSY);
            case HttpStatus.TOO_MANY_REQUESTS_429 ->
                    answer.withRetryAfter(Enrollment.patienceAfterWrongCodes());
            default -> answer;
        };
    }

    private static int status(RefusalReason reason) {
        return switch (reason) {
            // One answer for every code that does not open, so that none tells which exist.
            case ENROLLMENT_CREDENTIALS_MISSING,
                    ENROLLMENT_CODE_UNKNOWN,
                    ENROLLMENT_CODE_EXPIRED,
                    ENROLLMENT_CODE_USED,
                    ENROLLMENT_CODE_WITHDRAWN,
                    ENROLLMENT_SERIAL_NOT_LISTED,
                    ENROLLMENT_SERIAL_TAKEN,
                    ENROLLMENT_DENIED,
                    ENROLLMENT_NETWORK,
                    TICKET_MALFORMED,
                    TICKET_ALTERED,
                    TICKET_FORGED,
                    TICKET_EXPIRED,
                    TICKET_USED,
                    TICKET_OTHER_DEVICE,
                    TICKET_LABEL_UNKNOWN,
                    TICKET_MEMBER_GONE,
                    TICKET_DEVICE_BARRED ->
                    HttpStatus.UNAUTHORIZED_401;
            // The one thing that the app of whoever holds the device must be able to tell them.
            case TICKET_OWNED_BY_ANOTHER -> HttpStatus.CONFLICT_409;
            case DEVICE_GIVEN_AWAY -> HttpStatus.GONE_410;
            case CERTIFICATE_REQUEST_MALFORMED,
                    CERTIFICATE_REQUEST_UNPROVEN,
                    CERTIFICATE_REQUEST_KEY_REFUSED,
                    CERTIFICATE_REQUEST_KEY_TAKEN,
                    CERTIFICATE_REQUEST_NAME_REFUSED,
                    RECEIPT_MALFORMED,
                    TIME_NONCE_REFUSED ->
                    HttpStatus.BAD_REQUEST_400;
            case CERTIFICATE_REQUEST_TYPE_REFUSED -> HttpStatus.UNSUPPORTED_MEDIA_TYPE_415;
            case CERTIFICATE_REQUEST_TOO_LARGE, RECEIPT_TOO_LARGE ->
                    HttpStatus.PAYLOAD_TOO_LARGE_413;
            case CERTIFICATE_REQUEST_TOO_SLOW, REQUEST_TOO_SLOW -> HttpStatus.REQUEST_TIMEOUT_408;
            case TOO_MANY_REQUESTS, RENEWALS_UNUSED_TOO_MANY, ATTESTATIONS_TOO_MANY ->
                    HttpStatus.TOO_MANY_REQUESTS_429;
            case SERVER_BUSY, STORAGE_UNAVAILABLE, ISSUANCE_FAILED ->
                    HttpStatus.SERVICE_UNAVAILABLE_503;
            default -> HttpStatus.FORBIDDEN_403;
        };
    }

    private EstAnswer challenging() {
        return new EstAnswer(
                status,
                contentType,
                body,
                Optional.of("Basic realm=\"Breakwater enrollment\", charset=\"UTF-8\""),
                retryAfter,
                allow,
                givenAway);
    }

    private EstAnswer withRetryAfter(Duration patience) {
        return new EstAnswer(
                status, contentType, body, authenticate, Optional.of(patience), allow, givenAway);
    }

    /** Names the device that is to erase itself, so that no other can take it for its own order. */
    EstAnswer to(DeviceId device) {
        return new EstAnswer(
                status, contentType, body, authenticate, retryAfter, allow, Optional.of(device));
    }

    void writeTo(Request request, Response response, Callback callback) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        SecurityHeaders.put(response.getHeaders());
        if (status != HttpStatus.NO_CONTENT_204) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        }
        if (status == HttpStatus.OK_200 && !contentType.endsWith("json")) {
            // Ignored by RFC 8951, still looked for by clients that know RFC 7030 only.
            response.getHeaders().put("Content-Transfer-Encoding", "base64");
        }
        authenticate.ifPresent(
                challenge -> response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, challenge));
        retryAfter.ifPresent(
                patience ->
                        response.getHeaders().put(HttpHeader.RETRY_AFTER, patience.toSeconds()));
        givenAway.ifPresent(
                device ->
                        response.getHeaders()
                                .put(DeviceRequests.GIVEN_AWAY_HEADER, device.toString()));
        allow.ifPresent(methods -> response.getHeaders().put(HttpHeader.ALLOW, methods));
        RequestBody.settle(request, status, response.getHeaders());
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
