/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** The server shows that it is alive (section 3.13). */
public record PingResp() implements MqttPacket {

    @Override
    public PacketType type() {
        return PacketType.PINGRESP;
    }
}
