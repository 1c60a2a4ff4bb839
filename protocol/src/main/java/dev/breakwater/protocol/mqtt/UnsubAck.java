/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.List;

/**
 * The server's answer to UNSUBSCRIBE (section 3.11).
 *
 * @param packetId that of the UNSUBSCRIBE
 * @param reasonCodes one for each filter, in the order of the UNSUBSCRIBE; 3.1.1 does not write
 *     them, and a packet read from a 3.1.1 connection has none
 */
public record UnsubAck(int packetId, List<ReasonCode> reasonCodes, MqttProperties properties)
        implements MqttPacket {

    public UnsubAck {
        PacketIds.require(packetId);
        reasonCodes = List.copyOf(reasonCodes);
        reasonCodes.forEach(code -> code.requireAllowedIn(PacketType.UNSUBACK));
        properties.requireAllowedIn(PropertySection.UNSUBACK);
    }

    /** Without properties. */
    public UnsubAck(int packetId, List<ReasonCode> reasonCodes) {
        this(packetId, reasonCodes, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
