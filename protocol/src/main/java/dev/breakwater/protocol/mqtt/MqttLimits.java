/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * What one side takes from the other before it refuses. The defaults suit the small messages of
 * devices and are at most what AWS IoT Core allows, so a device that comes from there fits.
 *
 * @param firstPacketBytesMax the whole first packet, CONNECT or CONNACK: what an unknown peer can
 *     make us buffer
 * @param packetBytesMax every later packet, header included
 * @param clientIdBytesMax client identifier in UTF-8
 * @param topicBytesMax topic name or filter in UTF-8
 * @param topicLevelsMax levels of a topic name or filter, so one more than its slashes
 * @param subscriptionsMax filters in one SUBSCRIBE or UNSUBSCRIBE
 * @param userPropertiesMax user properties in one property list
 * @param userPropertyBytesMax names and values of the user properties of one list, together
 */
public record MqttLimits(
        int firstPacketBytesMax,
        int packetBytesMax,
        int clientIdBytesMax,
        int topicBytesMax,
        int topicLevelsMax,
        int subscriptionsMax,
        int userPropertiesMax,
        int userPropertyBytesMax) {

    /**
     * 8 KiB for the first packet, 128 KiB for the others, client identifiers of 128 bytes, topics
     * of 256 bytes and 8 levels, 8 subscriptions in a packet, 16 user properties of together 4 KiB.
     */
    public static final MqttLimits DEFAULT =
            new MqttLimits(8 * 1024, 128 * 1024, 128, 256, 8, 8, 16, 4 * 1024);

    /** The most a fixed header of five bytes can announce. */
    private static final int PACKET_BYTES_POSSIBLE =
            VariableByteInteger.MAX + 1 + VariableByteInteger.BYTES_MAX;

    public MqttLimits {
        require(firstPacketBytesMax, 64, PACKET_BYTES_POSSIBLE, "firstPacketBytesMax");
        require(packetBytesMax, 64, PACKET_BYTES_POSSIBLE, "packetBytesMax");
        // A server must take client identifiers of 23 bytes [MQTT-3.1.3-5].
        require(clientIdBytesMax, 23, Bytes.FIELD_BYTES_MAX, "clientIdBytesMax");
        require(topicBytesMax, 1, Bytes.FIELD_BYTES_MAX, "topicBytesMax");
        require(topicLevelsMax, 1, Bytes.FIELD_BYTES_MAX + 1, "topicLevelsMax");
        require(subscriptionsMax, 1, Integer.MAX_VALUE, "subscriptionsMax");
        require(userPropertiesMax, 0, Integer.MAX_VALUE, "userPropertiesMax");
        require(userPropertyBytesMax, 0, Integer.MAX_VALUE, "userPropertyBytesMax");
    }

    private static void require(int value, int least, int most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s is %d; it must be %d to %d".formatted(name, value, least, most));
        }
    }
}
