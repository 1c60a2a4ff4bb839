/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream into packets and hands them on one by one, as long as somebody takes them:
 * while paused or slowed it neither decodes what it holds nor lets more be read, so that pressure
 * reaches the device's socket. It lives on the connection's event loop.
 *
 * <p>A packet is handed on from inside {@link #decode}, not by way of its list, because a PUBLISH
 * is a view of the buffer that the list outlives.
 */
final class MqttFraming extends ByteToMessageDecoder {

    private static final int CLIENT_ID_BYTES_MAX = 128;
    private static final int TOPIC_LEVELS_MAX = 8;
    private static final int USER_PROPERTY_BYTES_MAX = 4_096;

    private final Channel channel;
    private final MqttDecoder decoder;
    private final ChannelMetrics metrics;

    /** Too much of what was sent has not been dealt with yet. */
    private boolean paused;

    /** The device has sent more than it may. */
    private boolean slowed;

    private boolean stopped;

    MqttFraming(Channel channel, Limits limits, ChannelMetrics metrics) {
        this.channel = channel;
        this.decoder = MqttDecoder.forServer(mqttLimits(limits));
        this.metrics = metrics;
    }

    private static MqttLimits mqttLimits(Limits limits) {
        return new MqttLimits(
                limits.of(Limit.CHANNEL_CONNECT_BYTES),
                limits.of(Limit.CHANNEL_PACKET_BYTES),
                CLIENT_ID_BYTES_MAX,
                limits.of(Limit.CHANNEL_TOPIC_BYTES),
                TOPIC_LEVELS_MAX,
                limits.of(Limit.CHANNEL_SUBSCRIPTIONS),
                limits.of(Limit.CHANNEL_USER_PROPERTIES),
                USER_PROPERTY_BYTES_MAX);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> unused) {
        if (stopped) {
            in.skipBytes(in.readableBytes());
        } else if (!isPaused()) {
            decodeNext(ctx, in);
        }
    }

    private void decodeNext(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuffer view = in.nioBuffer();
        int before = view.position();
        try {
            @Nullable MqttPacket packet = decoder.decode(view);
            if (packet != null) {
                int bytes = view.position() - before;
                in.skipBytes(bytes);
                metrics.packetReceived(packet.type(), bytes);
                ctx.fireChannelRead(packet);
            }
        } catch (MalformedPacket malformed) {
            stop();
            in.skipBytes(in.readableBytes());
            ctx.fireExceptionCaught(malformed);
        }
    }

    /** Takes no more until {@link #resume}. */
    void pause() {
        paused = true;
        channel.config().setAutoRead(false);
    }

    /** Takes no more until {@link #goOn}, whatever else becomes of pauses. */
    void slow() {
        slowed = true;
        channel.config().setAutoRead(false);
    }

    /** Whether nothing is taken at the moment, for whatever reason. */
    boolean isPaused() {
        return paused || slowed;
    }

    /**
     * Goes on with what has arrived, then reads again. Must not be called while a packet is being
     * handed on.
     */
    void resume() {
        paused = false;
        takeAgain();
    }

    /** Ends what {@link #slow} began. Like {@link #resume}, not while a packet is handed on. */
    void goOn() {
        slowed = false;
        takeAgain();
    }

    private void takeAgain() {
        if (isPaused() || stopped) {
            return;
        }
        channel.config().setAutoRead(true);
        ChannelHandlerContext own = channel.pipeline().context(this);
        try {
            // Nothing new has arrived: this makes the decoder look at what it holds.
            channelRead(own, Unpooled.EMPTY_BUFFER);
            own.fireChannelReadComplete();
        } catch (Exception failure) {
            own.fireExceptionCaught(failure);
        }
    }

    /** Takes nothing any more: the connection is ending. */
    void stop() {
        stopped = true;
    }
}
