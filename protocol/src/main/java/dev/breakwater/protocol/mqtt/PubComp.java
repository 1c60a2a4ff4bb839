/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * The last packet of a QoS 2 delivery (section 3.7).
 *
 * @param packetId 1 to 65,535
 * @param reasonCode not written in 3.1.1
 */
public record PubComp(int packetId, ReasonCode reasonCode, MqttProperties properties)
        implements MqttPacket {

    public PubComp {
        PacketIds.require(packetId);
        reasonCode.requireAllowedIn(PacketType.PUBCOMP);
        properties.requireAllowedIn(PropertySection.PUBCOMP);
    }

    /** Success, without properties. */
    public PubComp(int packetId) {
        this(packetId, ReasonCode.SUCCESS, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBCOMP;
    }
}
