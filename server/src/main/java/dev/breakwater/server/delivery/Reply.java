/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.server.http.RequestBody;
import dev.breakwater.server.http.SecurityHeaders;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The one place where what becomes of a request for an update's file becomes HTTP. */
interface Reply {

    /** What is asked again when storage or server are busy. */
    Duration WHEN_BUSY = Duration.ofSeconds(5);

    /** Writes it, and completes the callback. */
    void write(Request request, Response response, Callback callback);

    /** A refused client reads a status and the reason's safe text. */
    static Reply refused(RefusalReason reason) {
        int status =
                switch (reason) {
                    case UPDATE_FILE_UNKNOWN -> HttpStatus.NOT_FOUND_404;
                    case SERVER_BUSY, STORAGE_UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE_503;
                    default -> HttpStatus.FORBIDDEN_403;
                };
        return problem(
                status,
                reason.clientText(),
                headers -> {
                    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
                        headers.put(HttpHeader.RETRY_AFTER, WHEN_BUSY.toSeconds());
                    }
                });
    }

    /** The same for what is unknown, what belongs to another product, and what has no name. */
    static Reply notFound() {
        return refused(RefusalReason.UPDATE_FILE_UNKNOWN);
    }

    static Reply wrongMethod(String allowed) {
        return problem(
                HttpStatus.METHOD_NOT_ALLOWED_405,
                "A file is read by " + allowed + ".",
                headers -> headers.put(HttpHeader.ALLOW, allowed));
    }

    static Reply later(Duration after) {
        return problem(
                HttpStatus.SERVICE_UNAVAILABLE_503,
                RefusalReason.SERVER_BUSY.clientText(),
                headers -> headers.put(HttpHeader.RETRY_AFTER, after.toSeconds()));
    }

    static Reply unsatisfiable(long length) {
        return problem(
                HttpStatus.RANGE_NOT_SATISFIABLE_416,
                RefusalReason.DOWNLOAD_RANGE_REFUSED.clientText(),
                headers -> headers.put(HttpHeader.CONTENT_RANGE, "bytes */" + length));
    }

    static Reply preconditionFailed() {
        return problem(HttpStatus.PRECONDITION_FAILED_412, "The file has another hash.", _ -> {});
    }

    /** A file that carries its version in its name never changes; any other is asked for anew. */
    static Reply metadata(String name, byte[] bytes) {
        boolean versioned = Character.isDigit(name.charAt(0));
        return whole(
                HttpStatus.OK_200,
                "application/json",
                bytes,
                headers ->
                        headers.put(
                                HttpHeader.CACHE_CONTROL,
                                versioned ? ArtifactHead.FOREVER : "no-store"));
    }

    static Reply notModified(ArtifactHead head) {
        return (request, response, callback) -> {
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            SecurityHeaders.put(response.getHeaders());
            head.validators(response.getHeaders());
            RequestBody.settle(request, response.getStatus(), response.getHeaders());
            response.write(true, ByteBuffer.allocate(0), callback);
        };
    }

    static Reply headOf(ArtifactHead head, Optional<ByteRange.Part> part) {
        return (request, response, callback) -> {
            head.write(response, part);
            RequestBody.settle(request, response.getStatus(), response.getHeaders());
            response.write(true, ByteBuffer.allocate(0), callback);
        };
    }

    private static Reply problem(int status, String text, Consumer<HttpFields.Mutable> headers) {
        // The texts are our own; none has a character that JSON would escape.
        String json = "{\"title\":\"%s\",\"status\":%d}".formatted(text, status);
        return whole(
                status, "application/problem+json", json.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static Reply whole(
            int status, String contentType, byte[] bytes, Consumer<HttpFields.Mutable> headers) {
        return (request, response, callback) -> {
            response.setStatus(status);
            HttpFields.Mutable all = response.getHeaders();
            SecurityHeaders.put(all);
            all.put(HttpHeader.CONTENT_TYPE, contentType);
            all.put(HttpHeader.CONTENT_LENGTH, bytes.length);
            headers.accept(all);
            RequestBody.settle(request, status, all);
            response.write(true, ByteBuffer.wrap(bytes), callback);
        };
    }
}
