/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.delivery.MemberDownload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a handler answers, before it is bytes.
 *
 * @param version of the thing that is shown, if it has one
 */
record Reply(
        int status,
        Map<String, String> headers,
        List<String> cookies,
        Optional<Content> content,
        Optional<Long> version) {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    /** Copies the headers and cookies. */
    Reply {
        headers = Map.copyOf(headers);
        cookies = List.copyOf(cookies);
    }

    private Reply(int status, Map<String, String> headers, Optional<Content> content) {
        this(status, headers, List.of(), content, Optional.empty());
    }

    /** A body. */
    sealed interface Content {

        /** A record that Jackson writes. */
        record Json(String mediaType, Object value) implements Content {}

        /** Bytes as they are. */
        @SuppressWarnings("ArrayRecordComponent") // never compared, read once
        record Bytes(String mediaType, byte[] bytes) implements Content {}

        /** An artifact as it lies in its store; closed by whoever writes it or throws it away. */
        record Stored(String mediaType, MemberDownload download) implements Content {}

        /** What goes on after the head; closed by whoever writes it or throws it away. */
        record Live(String mediaType, LiveReply reply) implements Content {}
    }

    static Reply ok(Object value) {
        return new Reply(200, Map.of(), Optional.of(new Content.Json(JSON, value)));
    }

    static Reply created(Object value, String location) {
        return new Reply(
                201, Map.of("Location", location), Optional.of(new Content.Json(JSON, value)));
    }

    /** Something that came into being and has no place of its own to be read at. */
    static Reply created(Object value) {
        return new Reply(201, Map.of(), Optional.of(new Content.Json(JSON, value)));
    }

    /** Something more is needed before it is done. */
    static Reply accepted(Object value) {
        return new Reply(202, Map.of(), Optional.of(new Content.Json(JSON, value)));
    }

    static Reply noContent() {
        return new Reply(204, Map.of(), Optional.empty());
    }

    /** The caller has it as it is. */
    static Reply notModified() {
        return new Reply(304, Map.of(), Optional.empty());
    }

    static Reply bytes(String mediaType, byte[] bytes) {
        return new Reply(200, Map.of(), Optional.of(new Content.Bytes(mediaType, bytes)));
    }

    /** A page that says what was refused, to somebody whose browser was sent here. */
    static Reply refusal(int status, byte[] html) {
        return new Reply(status, Map.of(), Optional.of(new Content.Bytes("text/html", html)));
    }

    static Reply stored(MemberDownload download) {
        return new Reply(
                download.isPart() ? 206 : 200,
                download.headers(),
                Optional.of(new Content.Stored("application/octet-stream", download)));
    }

    static Reply live(String mediaType, LiveReply reply) {
        return new Reply(200, Map.of(), Optional.of(new Content.Live(mediaType, reply)));
    }

    static Reply problem(Problem problem) {
        return new Reply(
                problem.status(), Map.of(), Optional.of(new Content.Json(PROBLEM, problem)));
    }

    /** With an {@link EntityTag} of this version, which is made when the bytes are there. */
    Reply etag(long thingsVersion) {
        return new Reply(status, headers, cookies, content, Optional.of(thingsVersion));
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, cookies, content, version);
    }

    /** With these values of Set-Cookie. */
    Reply withCookies(List<String> set) {
        return new Reply(status, headers, set, content, version);
    }
}
