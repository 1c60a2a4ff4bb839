/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * The sender's answer to PUBREC (section 3.6).
 *
 * @param packetId 1 to 65,535
 * @param reasonCode not written in 3.1.1
 */
public record PubRel(int packetId, ReasonCode reasonCode, MqttProperties properties)
        implements MqttPacket {

    public PubRel {
        PacketIds.require(packetId);
        reasonCode.requireAllowedIn(PacketType.PUBREL);
        properties.requireAllowedIn(PropertySection.PUBREL);
    }

    /** Success, without properties. */
    public PubRel(int packetId) {
        this(packetId, ReasonCode.SUCCESS, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREL;
    }
}
