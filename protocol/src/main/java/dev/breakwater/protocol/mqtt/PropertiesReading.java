/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** Reads a property list (MQTT 5.0 section 2.2.2). */
final class PropertiesReading {

    private PropertiesReading() {}

    /** Reads {@code in} to its end, which is the end of the list. */
    static MqttProperties read(PacketReader in, PropertySection section) throws MalformedPacket {
        MqttProperties.Builder properties = MqttProperties.builder();
        int userProperties = 0;
        int userPropertyBytes = 0;
        while (in.hasRemaining()) {
            int id = in.readVariableByteInteger();
            MqttProperty<?> property = MqttProperty.of(id);
            if (property == null || (property.sections() & section.bit()) == 0) {
                throw in.refuse(
                        MqttRule.PROPERTY_ALLOWED, "number 0x%02X in %s".formatted(id, section));
            }
            if (properties.has(property) && !mayRepeat(property, section)) {
                throw in.refuse(MqttRule.PROPERTY_REPEATED, property.toString());
            }
            int start = in.position();
            readValue(in, property, properties);
            if (property == MqttProperty.USER_PROPERTY) {
                userProperties++;
                userPropertyBytes += in.position() - start;
                requireWithin(in, userProperties, userPropertyBytes);
            }
        }
        MqttProperties list = properties.build();
        if (list.has(MqttProperty.AUTHENTICATION_DATA)
                && !list.has(MqttProperty.AUTHENTICATION_METHOD)) {
            throw in.refuse(MqttRule.AUTHENTICATION_DATA_WITHOUT_METHOD, "");
        }
        return list;
    }

    /** A server's PUBLISH names every subscription that matched; SUBSCRIBE has one name at most. */
    private static boolean mayRepeat(MqttProperty<?> property, PropertySection section) {
        return property == MqttProperty.USER_PROPERTY
                || (property == MqttProperty.SUBSCRIPTION_IDENTIFIER
                        && section == PropertySection.PUBLISH);
    }

    private static <T> void readValue(
            PacketReader in, MqttProperty<T> property, MqttProperties.Builder properties)
            throws MalformedPacket {
        T value = property.format().read(in);
        if (!property.format().inRange(value)) {
            throw property == MqttProperty.TOPIC_ALIAS
                    ? in.refuse(MqttRule.TOPIC_ALIAS_ZERO, "")
                    : in.refuse(MqttRule.PROPERTY_VALUE, property + " is " + value);
        }
        properties.add(property, value);
    }

    /** Thousands of tiny properties in one packet would cost far more memory than its bytes. */
    private static void requireWithin(PacketReader in, int count, int bytes)
            throws MalformedPacket {
        MqttLimits limits = in.limits();
        if (count > limits.userPropertiesMax()) {
            throw in.refuse(MqttRule.USER_PROPERTIES_SIZE, "limit " + limits.userPropertiesMax());
        }
        if (bytes > limits.userPropertyBytesMax()) {
            throw in.refuse(
                    MqttRule.USER_PROPERTIES_SIZE,
                    "limit " + limits.userPropertyBytesMax() + " bytes");
        }
    }
}
