/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.refusal.RefusalReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers every failure with a constant text for its status: no cause, no path, no version. */
final class SafeErrors extends ErrorHandler {

    private final ErrorText text;
    private final Gate gate;

    SafeErrors(ErrorText text, Gate gate) {
        this.text = text;
        this.gate = gate;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int status,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        if (isMalformed(status)) {
            gate.refused(
                    RefusalReason.REQUEST_MALFORMED,
                    Peer.address(request),
                    Map.of("status", Integer.toString(status)));
        }
        response.setStatus(status);
        response.write(true, body(status, response.getHeaders()), callback);
    }

    /** No handler of ours answers by way of this class but to say that the server is busy. */
    private static boolean isMalformed(int status) {
        return HttpStatus.isClientError(status) && status != HttpStatus.REQUEST_TIMEOUT_408
                || status == HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505;
    }

    private ByteBuffer body(int status, HttpFields.Mutable headers) {
        byte[] body = text.body(status).getBytes(StandardCharsets.UTF_8);
        headers.put(HttpHeader.CONTENT_TYPE, text.contentType());
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        return ByteBuffer.wrap(body);
    }
}
