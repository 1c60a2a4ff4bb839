/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.http.SecurityHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * What is said of an artifact in front of its bytes, and what a request's conditions make of it. It
 * never changes, being named by its hash, which is its strong validator too (RFC 9110 section 8.8).
 */
record ArtifactHead(StoredArtifact artifact) {

    /** In the device's own cache only: whether another may have it is for the registry to say. */
    static final String FOREVER = "private, max-age=31536000, immutable";

    /** One of a list of entity tags (section 8.8.3), or the star that stands for any. */
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"[^\"]*\"|\\*");

    /** What the conditions of a request come to (RFC 9110 section 13.2.2). */
    sealed interface Verdict {

        /** This of it is to be sent. */
        record Send(ByteRange range) implements Verdict {}

        /** The client has it. */
        record NotModified() implements Verdict {}

        /** The client wants another one. */
        record PreconditionFailed() implements Verdict {}
    }

    String tag() {
        return "\"" + artifact.hash() + "\"";
    }

    Verdict judge(Request request) {
        HttpFields headers = request.getHeaders();
        if (headers.contains(HttpHeader.IF_MATCH) && !names(headers, HttpHeader.IF_MATCH)) {
            return new Verdict.PreconditionFailed();
        }
        if (names(headers, HttpHeader.IF_NONE_MATCH)) {
            return new Verdict.NotModified();
        }
        List<String> ranges = headers.getValuesList(HttpHeader.RANGE);
        // A date never matches: there is none of which it could be the same (section 13.1.5).
        String ifRange = headers.get(HttpHeader.IF_RANGE);
        return new Verdict.Send(
                ifRange == null || ifRange.strip().equals(tag())
                        ? ByteRange.of(ranges, artifact.length())
                        : new ByteRange.Whole());
    }

    /** By weak comparison for If-None-Match, and by strong one for If-Match (section 8.8.3.2). */
    private boolean names(HttpFields headers, HttpHeader condition) {
        boolean weakly = condition == HttpHeader.IF_NONE_MATCH;
        return headers.getValuesList(condition).stream()
                .flatMap(value -> TAG.matcher(value).results())
                .map(MatchResult::group)
                .anyMatch(
                        tag ->
                                tag.equals("*")
                                        || tag.equals(tag())
                                        || (weakly && tag.equals("W/" + tag())));
    }

    /** Puts status and headers. */
    void write(Response response, Optional<ByteRange.Part> part) {
        HttpFields.Mutable headers = response.getHeaders();
        SecurityHeaders.put(headers);
        validators(headers);
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        headers.put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
        headers.put(
                HttpHeader.CONTENT_LENGTH,
                part.map(ByteRange.Part::length).orElse(artifact.length()));
        part.ifPresent(
                range ->
                        headers.put(
                                HttpHeader.CONTENT_RANGE,
                                "bytes %d-%d/%d"
                                        .formatted(
                                                range.first(), range.last(), artifact.length())));
        response.setStatus(part.isPresent() ? HttpStatus.PARTIAL_CONTENT_206 : HttpStatus.OK_200);
    }

    /** Puts what lets a client keep it. */
    void validators(HttpFields.Mutable headers) {
        headers.put(HttpHeader.ETAG, tag());
        headers.put(HttpHeader.CACHE_CONTROL, FOREVER);
    }
}
