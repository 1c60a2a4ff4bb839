/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** The client shows that it is alive (section 3.12). */
public record PingReq() implements MqttPacket {

    @Override
    public PacketType type() {
        return PacketType.PINGREQ;
    }
}
