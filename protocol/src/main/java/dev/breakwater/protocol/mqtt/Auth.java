/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** One step of an extended authentication (MQTT 5.0 section 3.15); 3.1.1 has none. */
public record Auth(ReasonCode reasonCode, MqttProperties properties) implements MqttPacket {

    public Auth {
        reasonCode.requireAllowedIn(PacketType.AUTH);
        properties.requireAllowedIn(PropertySection.AUTH);
        boolean bareSuccess = reasonCode == ReasonCode.SUCCESS && properties.isEmpty();
        if (!bareSuccess && !properties.has(MqttProperty.AUTHENTICATION_METHOD)) {
            throw new IllegalArgumentException(
                    "an AUTH names its authentication method (MQTT 5.0 section 3.15.2.2.2)");
        }
    }

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
