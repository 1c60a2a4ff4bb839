/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.List;

/**
 * A client asks for messages (section 3.8).
 *
 * @param packetId 1 to 65,535
 * @param subscriptions at least one [MQTT-3.8.3-2]
 */
public record Subscribe(int packetId, List<Subscription> subscriptions, MqttProperties properties)
        implements MqttPacket {

    public Subscribe {
        PacketIds.require(packetId);
        subscriptions = List.copyOf(subscriptions);
        if (subscriptions.isEmpty()) {
            throw new IllegalArgumentException(
                    "a SUBSCRIBE names at least one topic filter [MQTT-3.8.3-2]");
        }
        properties.requireAllowedIn(PropertySection.SUBSCRIBE);
    }

    /** Without properties. */
    public Subscribe(int packetId, List<Subscription> subscriptions) {
        this(packetId, subscriptions, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }
}
