/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/**
 * One packet and what it looks like on the wire.
 *
 * @param fromClient which side sends it; the decoder of the other side reads it
 */
record PacketSample(
        String name, MqttVersion version, boolean fromClient, MqttPacket packet, String wire) {

    static PacketSample client(MqttVersion version, String name, MqttPacket packet, String wire) {
        return new PacketSample(name, version, true, packet, wire);
    }

    static PacketSample server(MqttVersion version, String name, MqttPacket packet, String wire) {
        return new PacketSample(name, version, false, packet, wire);
    }

    byte[] bytes() {
        return Hex.bytes(wire);
    }

    /** A decoder of the receiving side, at the place in a connection where this packet may come. */
    MqttDecoder decoder() throws MalformedPacket {
        boolean opening = packet instanceof Connect || packet instanceof ConnAck;
        if (fromClient) {
            return opening ? MqttDecoder.forServer(MqttLimits.DEFAULT) : Decoders.server(version);
        }
        return opening
                ? MqttDecoder.forClient(version, MqttLimits.DEFAULT)
                : Decoders.client(version);
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes());
    }

    @Override
    public String toString() {
        return packet.type() + " of MQTT " + version + ": " + name;
    }
}
