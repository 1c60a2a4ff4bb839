/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * The server's answer to CONNECT (section 3.2).
 *
 * @param sessionPresent whether the server kept an earlier session; never with a failure
 *     [MQTT-3.2.2-6]
 * @param reasonCode in 3.1.1 what {@link ReasonCode#connectReturnCode} makes of it
 */
public record ConnAck(boolean sessionPresent, ReasonCode reasonCode, MqttProperties properties)
        implements MqttPacket {

    public ConnAck {
        reasonCode.requireAllowedIn(PacketType.CONNACK);
        properties.requireAllowedIn(PropertySection.CONNACK);
        if (sessionPresent && reasonCode.isFailure()) {
            throw new IllegalArgumentException(
                    "a refused connection has no session present [MQTT-3.2.2-6]");
        }
    }

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
