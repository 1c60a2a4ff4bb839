/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.Decoders.assertRefused;
import static dev.breakwater.protocol.mqtt.MqttVersion.V3_1_1;
import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to PUBLISH (section 3.3) and to topic names (section 4.7). */
@DisplayNameGeneration(RuleNames.class)
class PublishRulesTest {

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt5:3.3.1-2")
    @Tag("mqtt311:3.3.1-2")
    @Refuses(MqttRule.DUPLICATE_QOS_0)
    void refusesDuplicateWithQosZero(MqttVersion version) throws MalformedPacket {
        String wire = "38 04 00 01 61 00";
        assertRefused(Decoders.server(version), version, MqttRule.DUPLICATE_QOS_0, wire);
        assertRefused(Decoders.client(version), version, MqttRule.DUPLICATE_QOS_0, wire);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt5:3.3.1-4")
    @Refuses(MqttRule.PUBLISH_QOS)
    void refusesQosThree(MqttVersion version) throws MalformedPacket {
        assertRefused(
                Decoders.server(version), version, MqttRule.PUBLISH_QOS, "36 06 00 01 61 00 01 00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2B", "23", "61 2F 2B", "61 2B 62", "61 2F 23"})
    @Tag("mqtt5:3.3.2-2")
    @Tag("mqtt5:4.7.0-1")
    @Tag("mqtt311:3.3.2-2")
    @Tag("mqtt311:4.7.1-1")
    @Refuses(MqttRule.TOPIC_NAME_WILDCARD)
    void refusesWildcardInTopicName(String topic) throws MalformedPacket {
        int length = Hex.bytes(topic).length;
        String wire = "30 %02X 00 %02X %s 00".formatted(length + 3, length, topic);
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.TOPIC_NAME_WILDCARD, wire);
        assertRefused(Decoders.server(V5), V5, MqttRule.TOPIC_NAME_WILDCARD, wire);
    }

    @Test
    @Refuses(MqttRule.TOPIC_NAME_WILDCARD)
    void refusesWildcardInWillTopic() {
        assertRefused(
                MqttDecoder.forServer(MqttLimits.DEFAULT),
                V3_1_1,
                MqttRule.TOPIC_NAME_WILDCARD,
                "10 12 00 04 4D 51 54 54 04 06 00 3C 00 01 61 00 01 23 00 00");
    }

    @Test
    @Tag("mqtt5:4.7.3-1")
    @Tag("mqtt311:4.7.3-1")
    @Refuses(MqttRule.TOPIC_NAME_EMPTY)
    void refusesEmptyTopicName() throws MalformedPacket {
        assertRefused(Decoders.server(V3_1_1), V3_1_1, MqttRule.TOPIC_NAME_EMPTY, "30 03 00 00 00");
        assertRefused(Decoders.server(V5), V5, MqttRule.TOPIC_NAME_EMPTY, "30 03 00 00 00");
        assertRefused(
                MqttDecoder.forServer(MqttLimits.DEFAULT),
                V3_1_1,
                MqttRule.TOPIC_NAME_EMPTY,
                "10 11 00 04 4D 51 54 54 04 06 00 3C 00 01 61 00 00 00 00");
    }

    @Test
    @Tag("mqtt5:4.7.3-3")
    @Tag("mqtt311:4.7.3-3")
    @Refuses(MqttRule.TOPIC_NAME_LENGTH)
    void refusesTopicNameOverTheLimitInBytes() throws MalformedPacket {
        // In bytes, not characters: a euro sign is three.
        int limit = MqttLimits.DEFAULT.topicBytesMax();
        Publish fits = publish("€".repeat(limit / 3) + "a".repeat(limit % 3));
        Publish tooLong = publish("€".repeat(limit / 3) + "a".repeat(limit % 3 + 1));

        assertThat(Decoders.server(V5).decode(new MqttEncoder(V5).encode(fits))).isEqualTo(fits);
        assertRefused(Decoders.server(V5), V5, MqttRule.TOPIC_NAME_LENGTH, wire(tooLong));
    }

    @Test
    @Refuses(MqttRule.TOPIC_NAME_LENGTH)
    void refusesTopicNameOverTheLimitInLevels() throws MalformedPacket {
        Publish fits = publish("/".repeat(MqttLimits.DEFAULT.topicLevelsMax() - 1));
        Publish tooDeep = publish("/".repeat(MqttLimits.DEFAULT.topicLevelsMax()));

        assertThat(Decoders.server(V5).decode(new MqttEncoder(V5).encode(fits))).isEqualTo(fits);
        assertRefused(Decoders.server(V5), V5, MqttRule.TOPIC_NAME_LENGTH, wire(tooDeep));
    }

    @Test
    @Tag("mqtt5:3.3.2-8")
    @Refuses(MqttRule.TOPIC_ALIAS_ZERO)
    void refusesTopicAliasZero() throws MalformedPacket {
        assertRefused(
                Decoders.server(V5), V5, MqttRule.TOPIC_ALIAS_ZERO, "30 07 00 01 61 03 23 00 00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 01 2B", "00 01 23"})
    @Tag("mqtt5:3.3.2-14")
    @Refuses(MqttRule.RESPONSE_TOPIC)
    void refusesResponseTopicWithWildcard(String responseTopic) throws MalformedPacket {
        assertRefused(
                Decoders.server(V5),
                V5,
                MqttRule.RESPONSE_TOPIC,
                "30 08 00 01 61 04 08 " + responseTopic);
    }

    @Test
    @Refuses(MqttRule.RESPONSE_TOPIC)
    void refusesEmptyResponseTopic() throws MalformedPacket {
        assertRefused(
                Decoders.server(V5), V5, MqttRule.RESPONSE_TOPIC, "30 07 00 01 61 03 08 00 00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FF", "61 C3", "C0 80", "ED A0 80", "F4 90 80 80"})
    @Refuses(MqttRule.PAYLOAD_FORMAT)
    void refusesPayloadThatIsNotTheTextItPromises(String payload) throws MalformedPacket {
        int length = Hex.bytes(payload).length;
        String promising = "30 %02X 00 01 61 02 01 01 %s".formatted(6 + length, payload);
        String silent = "30 %02X 00 01 61 02 01 00 %s".formatted(6 + length, payload);

        assertRefused(Decoders.server(V5), V5, MqttRule.PAYLOAD_FORMAT, promising);
        assertThat(Decoders.server(V5).decode(Hex.buffer(silent))).isInstanceOf(Publish.class);
    }

    @Test
    @Refuses(MqttRule.PAYLOAD_FORMAT)
    void refusesLongTextThatGoesWrongAtItsEnd() throws MalformedPacket {
        MqttProperties text = MqttProperties.of(MqttProperty.PAYLOAD_FORMAT_INDICATOR, true);
        for (int length = 1_020; length < 1_030; length++) {
            byte[] payload = "é".repeat(length).getBytes(StandardCharsets.UTF_8);
            Publish good =
                    new Publish(
                            false,
                            QualityOfService.AT_MOST_ONCE,
                            false,
                            TopicName.of("a"),
                            Publish.NO_PACKET_ID,
                            text,
                            ByteBuffer.wrap(payload));
            byte[] wire = Bytes.toArray(new MqttEncoder(V5).encode(good));
            assertThat(Decoders.server(V5).decode(ByteBuffer.wrap(wire))).isEqualTo(good);

            wire[wire.length - 1] = 'e';
            assertRefused(Decoders.server(V5), V5, MqttRule.PAYLOAD_FORMAT, Hex.of(wire));
        }
    }

    @Test
    @Refuses(MqttRule.PAYLOAD_FORMAT)
    void refusesWillThatIsNotTheTextItPromises() {
        assertRefused(
                MqttDecoder.forServer(MqttLimits.DEFAULT),
                V5,
                MqttRule.PAYLOAD_FORMAT,
                """
                10 17 00 04 4D 51 54 54 05 06 00 3C 00 // CONNECT with a will, no properties
                00 01 61       // client identifier a
                02 01 01       // will properties: payload format indicator 1
                00 01 77       // will topic w
                00 01 FF       // will payload
                """);
    }

    @Test
    @Tag("mqtt5:3.3.4-6")
    @Refuses(MqttRule.SUBSCRIPTION_IDENTIFIER_FROM_CLIENT)
    void refusesSubscriptionIdentifierInWhatAClientPublishes() throws MalformedPacket {
        String wire = "30 06 00 01 61 02 0B 01";
        assertThat(Decoders.client(V5).decode(Hex.buffer(wire))).isInstanceOf(Publish.class);
        assertRefused(Decoders.server(V5), V5, MqttRule.SUBSCRIPTION_IDENTIFIER_FROM_CLIENT, wire);
    }

    private static Publish publish(String topic) {
        return Publish.atMostOnce(TopicName.of(topic), new byte[0]);
    }

    private static String wire(MqttPacket packet) {
        return Hex.of(Bytes.toArray(new MqttEncoder(V5).encode(packet)));
    }
}
