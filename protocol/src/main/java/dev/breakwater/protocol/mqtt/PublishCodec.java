/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/**
 * PUBLISH (section 3.3): flags in the first byte, topic name, packet identifier, properties,
 * payload.
 */
final class PublishCodec {

    private static final int DUPLICATE = 0x08;
    private static final int QOS_SHIFT = 1;
    private static final int RETAIN = 0x01;

    private PublishCodec() {}

    /**
     * @param flags the lower four bits of the first byte
     * @param fromClient whether the sender is a client, which has no subscription identifiers to
     *     name
     */
    static Publish read(PacketReader in, int flags, MqttVersion version, boolean fromClient)
            throws MalformedPacket {
        QualityOfService qos = QualityOfService.of((flags >> QOS_SHIFT) & 0x03);
        if (qos == null) {
            throw in.refuse(MqttRule.PUBLISH_QOS, "");
        }
        boolean duplicate = (flags & DUPLICATE) != 0;
        if (duplicate && qos == QualityOfService.AT_MOST_ONCE) {
            throw in.refuse(MqttRule.DUPLICATE_QOS_0, "");
        }
        TopicName topic =
                version == MqttVersion.V5 ? in.readTopicNameOrAlias() : in.readTopicName();
        int packetId =
                qos == QualityOfService.AT_MOST_ONCE ? Publish.NO_PACKET_ID : in.readPacketId();
        MqttProperties properties = in.readProperties(PropertySection.PUBLISH);
        if (topic.isAliased() && !properties.has(MqttProperty.TOPIC_ALIAS)) {
            throw in.refuse(MqttRule.TOPIC_NAME_EMPTY, "");
        }
        if (fromClient && properties.has(MqttProperty.SUBSCRIPTION_IDENTIFIER)) {
            throw in.refuse(MqttRule.SUBSCRIPTION_IDENTIFIER_FROM_CLIENT, "");
        }
        ByteBuffer payload = in.readRest();
        in.requireAsIndicated(payload, properties);
        return new Publish(
                duplicate, qos, (flags & RETAIN) != 0, topic, packetId, properties, payload);
    }

    static int firstByte(Publish publish) {
        return (PacketType.PUBLISH.number() << 4)
                | (publish.duplicate() ? DUPLICATE : 0)
                | (publish.qos().level() << QOS_SHIFT)
                | (publish.retain() ? RETAIN : 0);
    }

    static void write(Publish publish, MqttVersion version, PacketSink out) {
        if (version == MqttVersion.V3_1_1 && publish.topic().isAliased()) {
            throw new IllegalArgumentException("MQTT 3.1.1 has no topic alias: name the topic");
        }
        out.writeString(publish.topic().text());
        if (publish.qos() != QualityOfService.AT_MOST_ONCE) {
            out.writeTwoBytes(publish.packetId());
        }
        out.writeProperties(publish.properties(), version);
        out.writeBytes(publish.payload());
    }
}
