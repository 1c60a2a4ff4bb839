/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes exactly one HTTP request, the opening handshake of a WebSocket for MQTT (RFC 6455 section
 * 4.2.1), and nothing that differs from it. No extension is ever agreed to, so nothing is ever
 * compressed.
 */
final class WebSocketUpgrade extends SimpleChannelInboundHandler<HttpObject> {

    private static final String PATH = "/mqtt";
    private static final String SUBPROTOCOL = "mqtt";
    private static final int NONCE_BYTES = 16;

    private final Runnable upgraded;
    private final Consumer<Map<String, String>> refused;
    private @Nullable HttpRequest request;
    private boolean over;

    /**
     * @param upgraded replaces HTTP by WebSocket framing in the pipeline; the answer is on its way
     * @param refused tells the operator; the connection is closed here
     */
    WebSocketUpgrade(Runnable upgraded, Consumer<Map<String, String>> refused) {
        this.upgraded = upgraded;
        this.refused = refused;
    }

    /** What a request lacks, and the status that says so. */
    private record Defect(HttpResponseStatus status, String what) {}

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (over) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            refuse(ctx, new Defect(HttpResponseStatus.BAD_REQUEST, "no well-formed HTTP/1.1"));
        } else if (part instanceof HttpRequest head) {
            defectOf(head).ifPresent(defect -> refuse(ctx, defect));
            request = head;
        } else if (part instanceof LastHttpContent && request != null) {
            // No body was announced, so this is the end of the head.
            over = true;
            ctx.writeAndFlush(switching(request.headers())).addListener(Wire.NOTED);
            upgraded.run();
        }
    }

    private static Optional<Defect> defectOf(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)) {
            return defect(HttpResponseStatus.METHOD_NOT_ALLOWED, "method " + request.method());
        }
        if (!request.uri().equals(PATH)) {
            return defect(HttpResponseStatus.NOT_FOUND, "path " + request.uri());
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return defect(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "not HTTP/1.1");
        }
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                || headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return defect(HttpResponseStatus.BAD_REQUEST, "a body is announced");
        }
        if (headers.getAll(HttpHeaderNames.HOST).size() != 1) {
            return defect(HttpResponseStatus.BAD_REQUEST, "not exactly one Host");
        }
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                || !headers.containsValue(
                        HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return defect(HttpResponseStatus.UPGRADE_REQUIRED, "no upgrade to websocket");
        }
        if (!"13".equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return defect(HttpResponseStatus.UPGRADE_REQUIRED, "not WebSocket version 13");
        }
        if (!isNonce(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
            return defect(HttpResponseStatus.BAD_REQUEST, "no valid Sec-WebSocket-Key");
        }
        // The client must offer the subprotocol [MQTT-6.0.0-3].
        if (!offers(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL))) {
            return defect(HttpResponseStatus.BAD_REQUEST, "subprotocol mqtt not offered");
        }
        // A web page could use a certificate in its visitor's browser (cross-site WebSocket
        // hijacking). Devices send no Origin; browsers always do, and cannot lie about it.
        if (!fromHere(headers)) {
            return defect(HttpResponseStatus.FORBIDDEN, "foreign Origin");
        }
        return Optional.empty();
    }

    private static Optional<Defect> defect(HttpResponseStatus status, String what) {
        return Optional.of(new Defect(status, what));
    }

    private static boolean isNonce(List<String> keys) {
        try {
            return keys.size() == 1
                    && Base64.getDecoder().decode(keys.getFirst()).length == NONCE_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean offers(List<String> subprotocols) {
        return subprotocols.stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .anyMatch(offered -> offered.strip().equals(SUBPROTOCOL));
    }

    private static boolean fromHere(HttpHeaders headers) {
        String ours = "https://" + headers.get(HttpHeaderNames.HOST);
        return headers.getAll(HttpHeaderNames.ORIGIN).stream().allMatch(ours::equalsIgnoreCase);
    }

    private static FullHttpResponse switching(HttpHeaders request) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.SWITCHING_PROTOCOLS,
                        Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(
                        HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
                        accept(request.get(HttpHeaderNames.SEC_WEBSOCKET_KEY)))
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
        return response;
    }

    /** RFC 6455 section 4.2.2: it proves that the server understood, and protects nothing. */
    private static String accept(String key) {
        try {
            String text = key + WebSocketServerHandshaker13.WEBSOCKET_13_ACCEPT_GUID;
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-1", impossible);
        }
    }

    private void refuse(ChannelHandlerContext ctx, Defect defect) {
        over = true;
        refused.accept(Map.of("websocket", defect.what()));
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, defect.status(), Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (defect.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13")
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        }
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
