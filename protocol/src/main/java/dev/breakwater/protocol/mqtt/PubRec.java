/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * The first answer to a QoS 2 PUBLISH (section 3.5).
 *
 * @param packetId 1 to 65,535
 * @param reasonCode 3.1.1 knows success only: there a refused message is not acknowledged at all
 */
public record PubRec(int packetId, ReasonCode reasonCode, MqttProperties properties)
        implements MqttPacket {

    public PubRec {
        PacketIds.require(packetId);
        reasonCode.requireAllowedIn(PacketType.PUBREC);
        properties.requireAllowedIn(PropertySection.PUBREC);
    }

    /** Success, without properties. */
    public PubRec(int packetId) {
        this(packetId, ReasonCode.SUCCESS, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREC;
    }
}
