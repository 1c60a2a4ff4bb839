/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Turns WebSocket frames into the byte stream that MQTT is, and back. Packets may span frames and
 * share them [MQTT-6.0.0-2]; only binary frames are taken [MQTT-6.0.0-1]. The frame decoder before
 * it has refused unmasked, oversized and extended frames already.
 */
final class WebSocketFraming extends ChannelDuplexHandler {

    private final Consumer<Map<String, String>> refused;
    private boolean closing;

    /**
     * @param refused tells the operator; the connection is closed here
     */
    WebSocketFraming(Consumer<Map<String, String>> refused) {
        this.refused = refused;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        WebSocketFrame frame = (WebSocketFrame) message;
        switch (frame) {
            case BinaryWebSocketFrame binary -> ctx.fireChannelRead(binary.content());
            // The frame decoder lets a continuation pass only behind a binary or text frame, and a
            // text frame ends the connection.
            case ContinuationWebSocketFrame next -> ctx.fireChannelRead(next.content());
            case PingWebSocketFrame ping -> ping(ctx, ping);
            case PongWebSocketFrame unasked -> {
                unasked.release();
                ctx.fireUserEventTriggered(QuotaGate.Frame.CONTROL);
            }
            case CloseWebSocketFrame farewell -> {
                farewell.release();
                farewell(ctx, WebSocketCloseStatus.NORMAL_CLOSURE);
            }
            default -> {
                frame.release();
                refuse(ctx, WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "a text frame");
            }
        }
    }

    /** RFC 6455 section 5.5.2; the content is at most 125 bytes. A flood is paid for. */
    private static void ping(ChannelHandlerContext ctx, PingWebSocketFrame ping) {
        ctx.writeAndFlush(new PongWebSocketFrame(ping.content())).addListener(Wire.NOTED);
        ctx.fireUserEventTriggered(QuotaGate.Frame.CONTROL);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        Object out = message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message;
        ctx.write(out, promise).addListener(Wire.NOTED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            refuse(ctx, corrupted.closeStatus(), String.valueOf(corrupted.getMessage()));
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /**
     * Whoever ends the connection, the other side learns that it was meant (RFC 6455 section 7.1).
     */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!closing && ctx.channel().isActive()) {
            closing = true;
            ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                    .addListener(Wire.NOTED);
        }
        ctx.close(promise).addListener(Wire.NOTED);
    }

    private void refuse(ChannelHandlerContext ctx, WebSocketCloseStatus status, String what) {
        if (!closing) {
            refused.accept(Map.of("websocket", what));
            farewell(ctx, status);
        }
    }

    private void farewell(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
        closing = true;
        ctx.writeAndFlush(new CloseWebSocketFrame(status)).addListener(Wire.NOTED);
        Wire.hangUp(ctx.channel());
    }
}
