/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the packet records refuse to hold, whichever side makes them. */
class PacketRecordTest {

    private static final TopicName TOPIC = TopicName.of("a");
    private static final MqttProperties EMPTY = MqttProperties.EMPTY;
    private static final MqttProperties MISPLACED = MqttProperties.of(MqttProperty.MAXIMUM_QOS, 1);

    private static void assertRefused(ThrowingCallable construction, String text) {
        assertThatThrownBy(construction)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void refuseImpossiblePacketIdentifiers(int packetId) {
        String rule = "MQTT-2.2.1-3";
        assertRefused(() -> Publish.atLeastOnce(packetId, TOPIC, new byte[0]), rule);
        assertRefused(() -> new PubAck(packetId), rule);
        assertRefused(() -> new PubRec(packetId), rule);
        assertRefused(() -> new PubRel(packetId), rule);
        assertRefused(() -> new PubComp(packetId), rule);
        assertRefused(() -> new SubAck(packetId, List.of(ReasonCode.SUCCESS)), rule);
        assertRefused(() -> new UnsubAck(packetId, List.of()), rule);
        assertRefused(() -> new Unsubscribe(packetId, List.of(TopicFilter.of("a"))), rule);
    }

    @Test
    void refusePropertiesWithoutPlaceInThem() {
        String table = "table 2-4";
        assertRefused(() -> new PubAck(1, ReasonCode.SUCCESS, MISPLACED), table);
        assertRefused(() -> new Disconnect(ReasonCode.SUCCESS, MISPLACED), table);
        assertRefused(() -> new SubAck(1, List.of(ReasonCode.SUCCESS), MISPLACED), table);
        MqttProperties twoIdentifiers =
                MqttProperties.builder()
                        .with(MqttProperty.SUBSCRIPTION_IDENTIFIER, 1)
                        .with(MqttProperty.SUBSCRIPTION_IDENTIFIER, 2)
                        .build();
        Subscription subscription =
                new Subscription(TopicFilter.of("a"), QualityOfService.AT_MOST_ONCE);
        assertRefused(() -> new Subscribe(1, List.of(subscription), twoIdentifiers), table);
    }

    @Test
    void refuseReasonCodesWithoutMeaningInThem() {
        String table = "table 2-6";
        assertRefused(() -> new PubAck(1, ReasonCode.GRANTED_QOS_1, EMPTY), table);
        assertRefused(() -> new Disconnect(ReasonCode.BANNED), table);
        assertRefused(() -> new SubAck(1, List.of(ReasonCode.SERVER_BUSY)), table);
        assertRefused(() -> new Auth(ReasonCode.NOT_AUTHORIZED, EMPTY), table);
    }

    @Test
    void refuseEmptyLists() {
        assertRefused(() -> new Subscribe(1, List.of()), "MQTT-3.8.3-2");
        assertRefused(() -> new Unsubscribe(1, List.of()), "MQTT-3.10.3-2");
        assertRefused(() -> new SubAck(1, List.of()), "at least one");
    }

    @Test
    void refuseContradictions() {
        ByteBuffer payload = ByteBuffer.allocate(0);
        QualityOfService qos0 = QualityOfService.AT_MOST_ONCE;
        assertRefused(
                () -> new Publish(true, qos0, false, TOPIC, 0, EMPTY, payload), "MQTT-3.3.1-2");
        assertRefused(
                () -> new Publish(false, qos0, false, TOPIC, 1, EMPTY, payload), "MQTT-2.2.1-2");
        assertRefused(
                () -> new Publish(false, qos0, false, TopicName.ALIASED, 0, EMPTY, payload),
                "alias");
        assertRefused(() -> new ConnAck(true, ReasonCode.BANNED, EMPTY), "MQTT-3.2.2-6");
        assertRefused(() -> new Auth(ReasonCode.RE_AUTHENTICATE, EMPTY), "authentication method");
        assertRefused(
                () ->
                        new Subscription(
                                TopicFilter.of("$share/g/a"),
                                qos0,
                                true,
                                false,
                                RetainHandling.SEND),
                "MQTT-3.8.3-4");
        assertRefused(() -> new Connect(MqttVersion.V5, true, 65_536, "a"), "65535");
    }

    @Test
    void movingAPayloadMovesNoOtherReader() {
        Publish publish = Publish.atMostOnce(TOPIC, new byte[] {1, 2});

        assertThat(publish.payload().get()).isEqualTo((byte) 1);

        assertThat(publish.payload().remaining()).isEqualTo(2);
        assertThat(publish.payloadBytes()).containsExactly(1, 2);
    }
}
