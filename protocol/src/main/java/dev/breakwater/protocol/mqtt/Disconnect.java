/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * The last packet of a connection (section 3.14). A 3.1.1 client sends it without a reason; a 3.1.1
 * server does not send it and just closes.
 *
 * @param reasonCode {@link ReasonCode#SUCCESS} is a normal disconnection
 */
public record Disconnect(ReasonCode reasonCode, MqttProperties properties) implements MqttPacket {

    public Disconnect {
        reasonCode.requireAllowedIn(PacketType.DISCONNECT);
        properties.requireAllowedIn(PropertySection.DISCONNECT);
    }

    /** Without properties. */
    public Disconnect(ReasonCode reasonCode) {
        this(reasonCode, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }
}
