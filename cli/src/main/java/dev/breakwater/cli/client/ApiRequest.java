/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * One request to the API. Immutable; the methods return changed copies.
 *
 * @param target path and query, encoded
 * @param body what is sent; a JSON document, but for files
 * @param contentType of the body
 * @param ifMatch the version that must not have changed meanwhile
 * @param idempotencyKey under which the server does the same thing once only, however often it is
 *     asked
 * @param serverWait how long the server was asked to hold its answer back
 * @param repeatable whether doing it twice is doing it once
 */
public record ApiRequest(
        String method,
        String target,
        Optional<byte[]> body,
        String contentType,
        Optional<String> ifMatch,
        Optional<String> idempotencyKey,
        Duration serverWait,
        boolean repeatable) {

    /** The media type of a file, to the byte. */
    static final String FILE = "application/octet-stream";

    private static final String ROOT = "/api/v1";

    /** Reads what the segments name, e.g. {@code get("devices", id)}. */
    public static ApiRequest get(String... segments) {
        return of("GET", segments);
    }

    /** Makes something new below what the segments name, once only. */
    public static ApiRequest create(JsonNode body, String... segments) {
        return post(body, segments).withIdempotencyKey(UUID.randomUUID().toString());
    }

    /** Does what the segments name. */
    public static ApiRequest post(JsonNode body, String... segments) {
        return post(segments).withBody(body, "application/json");
    }

    /** Does what the segments name; there is nothing more to say about it. */
    public static ApiRequest post(String... segments) {
        return of("POST", segments);
    }

    /** Takes away what the segments name. */
    public static ApiRequest delete(String... segments) {
        return of("DELETE", segments);
    }

    /** Changes what the segments name by a merge patch (RFC 7396). */
    public static ApiRequest patch(JsonNode body, String... segments) {
        return of("PATCH", segments).withBody(body, "application/merge-patch+json");
    }

    /** Replaces what the segments name. */
    public static ApiRequest put(JsonNode body, String... segments) {
        return of("PUT", segments).withBody(body, "application/json");
    }

    /** Replaces what the segments name by a file, to the byte. */
    public static ApiRequest putFile(byte[] file, String... segments) {
        return of("PUT", segments).withBody(file, FILE);
    }

    private static ApiRequest of(String method, String... segments) {
        StringBuilder path = new StringBuilder(ROOT);
        for (String segment : segments) {
            path.append('/').append(encoded(segment));
        }
        return new ApiRequest(
                method,
                path.toString(),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                method.equals("GET"));
    }

    /** With a parameter of the query. */
    public ApiRequest with(String name, Object value) {
        String parameter = name + "=" + encoded(value.toString());
        return new ApiRequest(
                method,
                target + (target.contains("?") ? "&" : "?") + parameter,
                body,
                contentType,
                ifMatch,
                idempotencyKey,
                serverWait,
                repeatable);
    }

    /** With a parameter of the query, if there is a value for it. */
    public ApiRequest with(String name, Optional<?> value) {
        return value.map(present -> with(name, (Object) present)).orElse(this);
    }

    private ApiRequest withBody(JsonNode json, String type) {
        return withBody(json.toString().getBytes(StandardCharsets.UTF_8), type);
    }

    private ApiRequest withBody(byte[] content, String type) {
        return new ApiRequest(
                method,
                target,
                Optional.of(content),
                type,
                ifMatch,
                idempotencyKey,
                serverWait,
                repeatable);
    }

    private ApiRequest withIdempotencyKey(String key) {
        return new ApiRequest(
                method,
                target,
                body,
                contentType,
                ifMatch,
                Optional.of(key),
                serverWait,
                repeatable);
    }

    /** The same once more, after the server refused it and kept that answer under the old key. */
    ApiRequest anew() {
        return idempotencyKey.isEmpty() ? this : withIdempotencyKey(UUID.randomUUID().toString());
    }

    /** Only if it is still the version with this ETag, or {@code *} for whatever it is. */
    public ApiRequest onlyIf(String etag) {
        return new ApiRequest(
                method,
                target,
                body,
                contentType,
                Optional.of(etag),
                idempotencyKey,
                serverWait,
                repeatable);
    }

    /** The server may take this much longer to answer. */
    public ApiRequest waiting(Duration wait) {
        return new ApiRequest(
                method, target, body, contentType, ifMatch, idempotencyKey, wait, repeatable);
    }

    /** It may be sent again when nobody knows what became of it: a second time changes nothing. */
    public ApiRequest repeatably() {
        return new ApiRequest(
                method, target, body, contentType, ifMatch, idempotencyKey, serverWait, true);
    }

    /** Whether sending it again cannot do a second thing. */
    boolean isRepeatable() {
        return repeatable || idempotencyKey.isPresent();
    }

    URI on(URI server) {
        return server.resolve(target);
    }

    /**
     * {@link URLEncoder} writes forms, where a blank is a plus; a path knows percent signs only.
     */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
