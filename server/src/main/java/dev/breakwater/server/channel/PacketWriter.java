/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/**
 * Writes packets to one connection; they leave with the next {@link #flush}, so that many
 * acknowledgements share a TLS record and a system call. It lives on the connection's event loop.
 */
final class PacketWriter implements ChannelFutureListener {

    private final Channel channel;
    private final MqttEncoder encoder;
    private final long packetBytesMax;
    private final ChannelMetrics metrics;
    private boolean unflushed;
    private long packetsWritten;
    private long packetsLeft;

    /**
     * @param packetBytesMax the largest packet that the other side takes
     */
    PacketWriter(
            Channel channel, MqttVersion version, long packetBytesMax, ChannelMetrics metrics) {
        this.channel = channel;
        this.encoder = new MqttEncoder(version);
        this.packetBytesMax = packetBytesMax;
        this.metrics = metrics;
    }

    /** Whether the other side takes a packet of this size. */
    boolean fits(MqttPacket packet) {
        return encoder.encodedLength(packet) <= packetBytesMax;
    }

    /** The version that is spoken. */
    MqttVersion version() {
        return encoder.version();
    }

    /** Writes, and tells whether the bytes left. */
    void write(MqttPacket packet, ChannelFutureListener left) {
        encode(packet).addListener(left).addListener(this);
    }

    /**
     * Writes the packet, unless the other side has said that it takes none so large: then it must
     * not be sent [MQTT-3.1.2-24], whatever it would have answered.
     */
    void write(MqttPacket packet) {
        if (fits(packet)) {
            encode(packet).addListener(this);
        }
    }

    /** Writes a packet with words, or without them where they would make it too large. */
    void write(MqttPacket explained, MqttPacket bare) {
        write(fits(explained) ? explained : bare);
    }

    private ChannelFuture encode(MqttPacket packet) {
        int length = encoder.encodedLength(packet);
        ByteBuf out = channel.alloc().buffer(length, length);
        encoder.encode(packet, out.internalNioBuffer(0, length));
        out.writerIndex(length);
        metrics.packetSent(packet.type(), length);
        unflushed = true;
        packetsWritten++;
        return channel.write(out);
    }

    /** The bytes of a packet have left, or never will. */
    @Override
    public void operationComplete(ChannelFuture left) {
        packetsLeft++;
        Wire.note(left);
    }

    /** How many packets have left so far. */
    long packetsLeft() {
        return packetsLeft;
    }

    /** Whether some packets have not left yet. */
    boolean isWaiting() {
        return packetsLeft < packetsWritten;
    }

    void flush() {
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /** Closes the connection behind what has been flushed. */
    void hangUp() {
        Wire.hangUp(channel);
    }
}
