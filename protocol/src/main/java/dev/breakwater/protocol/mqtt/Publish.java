/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/**
 * An application message on its way (section 3.3).
 *
 * @param duplicate whether this may be a second attempt; never with QoS 0 [MQTT-3.3.1-2]
 * @param topic {@link TopicName#ALIASED} when a topic alias stands for it
 * @param packetId 1 to 65,535 with QoS 1 and 2, {@link #NO_PACKET_ID} with QoS 0
 * @param payload read-only. In a packet off a {@link MqttDecoder} this is a <strong>view of the
 *     decoder's input</strong> and lives until the caller reuses or frees that buffer, for a Netty
 *     handler until it returns. What must live longer takes {@link #payloadBytes()}; so a message
 *     that a quota refuses is never copied, and one that is admitted is copied once
 */
public record Publish(
        boolean duplicate,
        QualityOfService qos,
        boolean retain,
        TopicName topic,
        int packetId,
        MqttProperties properties,
        ByteBuffer payload)
        implements MqttPacket {

    /** Stands for the absent packet identifier of QoS 0. */
    public static final int NO_PACKET_ID = 0;

    public Publish {
        if (qos == QualityOfService.AT_MOST_ONCE) {
            if (duplicate) {
                throw new IllegalArgumentException(
                        "a QoS 0 PUBLISH is never a duplicate [MQTT-3.3.1-2]");
            }
            if (packetId != NO_PACKET_ID) {
                throw new IllegalArgumentException(
                        "a QoS 0 PUBLISH has no packet identifier [MQTT-2.2.1-2]");
            }
        } else {
            PacketIds.require(packetId);
        }
        properties.requireAllowedIn(PropertySection.PUBLISH);
        if (topic.isAliased() && !properties.has(MqttProperty.TOPIC_ALIAS)) {
            throw new IllegalArgumentException("a PUBLISH names a topic or a topic alias");
        }
        payload = payload.asReadOnlyBuffer();
    }

    /** A QoS 0 message, not retained. */
    public static Publish atMostOnce(TopicName topic, byte[] payload) {
        return new Publish(
                false,
                QualityOfService.AT_MOST_ONCE,
                false,
                topic,
                NO_PACKET_ID,
                MqttProperties.EMPTY,
                ByteBuffer.wrap(payload));
    }

    /** A QoS 1 message, first attempt, not retained. */
    public static Publish atLeastOnce(int packetId, TopicName topic, byte[] payload) {
        return new Publish(
                false,
                QualityOfService.AT_LEAST_ONCE,
                false,
                topic,
                packetId,
                MqttProperties.EMPTY,
                ByteBuffer.wrap(payload));
    }

    /** A fresh view from the first byte; moving its position changes nothing here. */
    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }

    /** How many bytes the payload has. */
    public int payloadLength() {
        return payload.remaining();
    }

    /** A copy of the payload that lives as long as the caller wants. */
    public byte[] payloadBytes() {
        return Bytes.toArray(payload);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }

    /** The same message without the mark of one that is sent again. */
    public Publish asNew() {
        return duplicate
                ? new Publish(false, qos, retain, topic, packetId, properties, payload)
                : this;
    }
}
