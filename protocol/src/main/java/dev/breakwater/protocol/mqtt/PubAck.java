/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * The answer to a QoS 1 PUBLISH (section 3.4).
 *
 * @param packetId 1 to 65,535
 * @param reasonCode 3.1.1 knows success only: there a refused message is not acknowledged at all
 */
public record PubAck(int packetId, ReasonCode reasonCode, MqttProperties properties)
        implements MqttPacket {

    public PubAck {
        PacketIds.require(packetId);
        reasonCode.requireAllowedIn(PacketType.PUBACK);
        properties.requireAllowedIn(PropertySection.PUBACK);
    }

    /** Success, without properties. */
    public PubAck(int packetId) {
        this(packetId, ReasonCode.SUCCESS, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBACK;
    }
}
