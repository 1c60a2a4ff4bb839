/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.List;

/**
 * The server's answer to SUBSCRIBE (section 3.9).
 *
 * @param packetId that of the SUBSCRIBE
 * @param reasonCodes one for each filter, in the order of the SUBSCRIBE; in 3.1.1 every failure is
 *     written as 0x80
 */
public record SubAck(int packetId, List<ReasonCode> reasonCodes, MqttProperties properties)
        implements MqttPacket {

    public SubAck {
        PacketIds.require(packetId);
        reasonCodes = List.copyOf(reasonCodes);
        if (reasonCodes.isEmpty()) {
            throw new IllegalArgumentException("a SUBACK answers at least one topic filter");
        }
        reasonCodes.forEach(code -> code.requireAllowedIn(PacketType.SUBACK));
        properties.requireAllowedIn(PropertySection.SUBACK);
    }

    /** Without properties. */
    public SubAck(int packetId, List<ReasonCode> reasonCodes) {
        this(packetId, reasonCodes, MqttProperties.EMPTY);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
