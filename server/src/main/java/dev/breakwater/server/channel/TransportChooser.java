/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells MQTT from WebSocket by the first decrypted byte. {@code 0x10} begins a CONNECT, the one
 * packet that may come first [MQTT-3.1.0-1], and {@code G} begins {@code GET}; no other byte has
 * any business here.
 */
final class TransportChooser extends ByteToMessageDecoder {

    private static final int CONNECT = 0x10;
    private static final int GET = 'G';

    private final Consumer<Transport> chosen;
    private final Consumer<Map<String, String>> refused;

    /**
     * @param chosen continues the pipeline
     * @param refused takes what the operator should know, and closes
     */
    TransportChooser(Consumer<Transport> chosen, Consumer<Map<String, String>> refused) {
        this.chosen = chosen;
        this.refused = refused;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int first = in.getUnsignedByte(in.readerIndex());
        switch (first) {
            case CONNECT -> choose(ctx, Transport.MQTT);
            case GET -> choose(ctx, Transport.WEBSOCKET);
            default -> {
                in.skipBytes(in.readableBytes());
                refused.accept(Map.of("first-byte", "0x%02X".formatted(first)));
            }
        }
    }

    /** Removing this handler hands the bytes it holds to the handlers just added. */
    private void choose(ChannelHandlerContext ctx, Transport transport) {
        chosen.accept(transport);
        ctx.pipeline().remove(this);
    }
}
