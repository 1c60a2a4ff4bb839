/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.List;

/**
 * A client wants no more of some messages (section 3.10).
 *
 * @param packetId 1 to 65,535
 * @param filters at least one [MQTT-3.10.3-2], spelled as they were subscribed
 */
public record Unsubscribe(int packetId, List<TopicFilter> filters, MqttProperties properties)
        implements MqttPacket {

    public Unsubscribe {
        PacketIds.require(packetId);
        filters = List.copyOf(filters);
        if (filters.isEmpty()) {
            throw new IllegalArgumentException(
                    "an UNSUBSCRIBE names at least one topic filter [MQTT-3.10.3-2]");
        }
        properties.requireAllowedIn(PropertySection.UNSUBSCRIBE);
    }

    /** Without properties. */
    public Unsubscribe(int packetId, List<TopicFilter> filters) {
        this(packetId, filters, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}
