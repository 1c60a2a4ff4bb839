/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request to the API. Immutable; the methods return changed copies.
 *
 * @param target path and query, encoded
 * @param body a JSON document
 * @param ifMatch the version that must not have changed meanwhile
 * @param key under which the server does the same thing once only
 * @param serverWait how long the server was asked to hold its answer back
 */
record Call(
        String method,
        String target,
        Optional<ObjectNode> body,
        Optional<String> ifMatch,
        Optional<String> key,
        Duration serverWait) {

    private static final String ROOT = "/api/v1";

    static Call get(String... segments) {
        return of("GET", segments);
    }

    static Call delete(String... segments) {
        return of("DELETE", segments);
    }

    /** Does something, once only however often it is sent. */
    static Call post(String... segments) {
        Call call = of("POST", segments);
        return new Call(
                call.method,
                call.target,
                call.body,
                call.ifMatch,
                Optional.of(UUID.randomUUID().toString()),
                call.serverWait);
    }

    /** Does something for which the server takes no key: log-in, and what belongs to it. */
    static Call postWithoutKey(ObjectNode body, String... segments) {
        return of("POST", segments).with(body);
    }

    /** Changes by a merge patch (RFC 7396). */
    static Call patch(ObjectNode body, String version, String... segments) {
        Call call = of("PATCH", segments).with(body);
        return new Call(
                call.method,
                call.target,
                call.body,
                Optional.of(version),
                call.key,
                call.serverWait);
    }

    private static Call of(String method, String... segments) {
        StringBuilder path = new StringBuilder(ROOT);
        for (String segment : segments) {
            path.append('/').append(encoded(segment));
        }
        return new Call(
                method,
                path.toString(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO);
    }

    Call with(ObjectNode json) {
        return new Call(method, target, Optional.of(json), ifMatch, key, serverWait);
    }

    /** With a parameter of the query, if there is a value for it. */
    Call with(String name, Optional<?> value) {
        if (value.isEmpty()) {
            return this;
        }
        String parameter = name + "=" + encoded(value.get().toString());
        return new Call(
                method,
                target + (target.contains("?") ? "&" : "?") + parameter,
                body,
                ifMatch,
                key,
                serverWait);
    }

    /** Lets the server hold its answer back for so long. */
    Call waiting(Duration time) {
        Call call = with("wait", Optional.of(time.toSeconds()));
        return new Call(call.method, call.target, call.body, call.ifMatch, call.key, time);
    }

    String contentType() {
        return method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    }

    boolean isRead() {
        return method.equals("GET");
    }

    boolean isRepeatable() {
        return isRead() || key.isPresent();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without the body, which may hold secrets. */
    @Override
    public String toString() {
        return "Call[" + method + " " + target + "]";
    }
}
