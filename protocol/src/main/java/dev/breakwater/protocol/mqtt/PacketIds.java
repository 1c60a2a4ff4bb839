/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** The rule for packet identifiers (MQTT 5.0 section 2.2.1). */
final class PacketIds {

    private PacketIds() {}

    static void require(int packetId) {
        if (packetId < 1 || packetId > 0xFFFF) {
            throw new IllegalArgumentException("a packet identifier is 1 to 65535 [MQTT-2.2.1-3]");
        }
    }
}
