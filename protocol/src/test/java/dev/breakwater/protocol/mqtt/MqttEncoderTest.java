/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.MqttVersion.V3_1_1;
import static dev.breakwater.protocol.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttEncoderTest {

    private static final MqttProperties REASON =
            MqttProperties.of(MqttProperty.REASON_STRING, "because");

    @Test
    void writesNothingIntoABufferThatIsTooSmall() {
        MqttEncoder encoder = new MqttEncoder(V5);
        Publish publish = Publish.atLeastOnce(1, TopicName.of("a/b"), new byte[10]);
        ByteBuffer out = ByteBuffer.allocate(encoder.encodedLength(publish) - 1);

        assertThatThrownBy(() -> encoder.encode(publish, out))
                .isInstanceOf(BufferOverflowException.class);
        assertThat(out.position()).isZero();
        assertThat(out.array()).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 124, 125, 16_380, 16_381, 100_000, 2_097_148, 2_097_149})
    void writesTheShortestRemainingLength(int payloadBytes) throws MalformedPacket {
        MqttLimits wide = new MqttLimits(64, 4 * 1024 * 1024, 23, 64, 8, 8, 0, 0);
        Publish publish = Publish.atMostOnce(TopicName.of("a"), new byte[payloadBytes]);

        ByteBuffer wire = new MqttEncoder(V3_1_1).encode(publish);

        assertThat(Decoders.server(V3_1_1, wide).decode(wire)).isEqualTo(publish);
        assertThat(wire.hasRemaining()).isFalse();
    }

    static Stream<MqttPacket> packetsThat311CannotExpress() {
        TopicFilter filter = TopicFilter.of("a");
        QualityOfService qos = QualityOfService.AT_MOST_ONCE;
        return Stream.of(
                new PubAck(1, ReasonCode.QUOTA_EXCEEDED, MqttProperties.EMPTY),
                new PubRec(1, ReasonCode.NOT_AUTHORIZED, MqttProperties.EMPTY),
                new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN),
                new Auth(ReasonCode.SUCCESS, MqttProperties.EMPTY),
                new Connect(V5, true, 60, "tank-1"),
                new Connect(V3_1_1, false, 60, ""),
                new Connect(
                        V3_1_1,
                        true,
                        60,
                        "a",
                        null,
                        null,
                        PacketSamples.text("p"),
                        MqttProperties.EMPTY),
                new Publish(
                        false,
                        qos,
                        false,
                        TopicName.ALIASED,
                        0,
                        MqttProperties.of(MqttProperty.TOPIC_ALIAS, 1),
                        PacketSamples.text("x")),
                subscribe(new Subscription(filter, qos, true, false, RetainHandling.SEND)),
                subscribe(new Subscription(filter, qos, false, true, RetainHandling.SEND)),
                subscribe(new Subscription(filter, qos, false, false, RetainHandling.DO_NOT_SEND)));
    }

    private static Subscribe subscribe(Subscription subscription) {
        return new Subscribe(1, List.of(subscription));
    }

    @ParameterizedTest
    @MethodSource("packetsThat311CannotExpress")
    void refusesWhat311WouldSayDifferently(MqttPacket packet) {
        assertThatThrownBy(() -> new MqttEncoder(V3_1_1).encode(packet))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MQTT 3.1.1");
    }

    @Test
    void leavesOutWhat311HasNoPlaceFor() {
        MqttEncoder encoder = new MqttEncoder(V3_1_1);

        assertThat(encoder.encode(new PubAck(1, ReasonCode.SUCCESS, REASON)))
                .isEqualTo(Hex.buffer("40 02 00 01"));
        assertThat(encoder.encode(new PubRel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, REASON)))
                .isEqualTo(Hex.buffer("62 02 00 01"));
        assertThat(encoder.encode(new ConnAck(false, ReasonCode.BANNED, REASON)))
                .isEqualTo(Hex.buffer("20 02 00 05"));
        assertThat(encoder.encode(new SubAck(1, List.of(ReasonCode.QUOTA_EXCEEDED), REASON)))
                .isEqualTo(Hex.buffer("90 03 00 01 80"));
        assertThat(encoder.encode(new UnsubAck(1, List.of(ReasonCode.SUCCESS), REASON)))
                .isEqualTo(Hex.buffer("B0 02 00 01"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "line\nfeed", "\uD800", "\uDC00\uD800", "\uFFFF"})
    void refusesStringsThatAReceiverWouldRefuse(String text) {
        assertThatThrownBy(() -> new MqttEncoder(V5).encode(new Connect(V5, true, 60, text)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TopicName.of(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MqttProperties.of(MqttProperty.REASON_STRING, text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesStringsLongerThanTheirLengthCanSay() throws MalformedPacket {
        MqttEncoder encoder = new MqttEncoder(V5);
        assertThat(encoder.encodedLength(new Connect(V5, true, 60, "c".repeat(65_535))))
                .isEqualTo(1 + 3 + 13 + 65_535);
        assertThatThrownBy(() -> encoder.encode(new Connect(V5, true, 60, "€".repeat(21_846))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535 bytes");
    }

    @Test
    void refusesAnUnsubackWithoutReasonCodesIn5() {
        assertThatThrownBy(() -> new MqttEncoder(V5).encode(new UnsubAck(1, List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MQTT-3.11.3-1");
    }

    @ParameterizedTest
    @EnumSource
    void roundTripsEveryConnackReasonCodeAsFarAsTheVersionKnowsIt(ReasonCode code)
            throws MalformedPacket {
        if (!code.isAllowedIn(PacketType.CONNACK)) {
            assertThatThrownBy(() -> new ConnAck(false, code, MqttProperties.EMPTY))
                    .isInstanceOf(IllegalArgumentException.class);
            return;
        }
        ConnAck connAck = new ConnAck(false, code, MqttProperties.EMPTY);
        for (MqttVersion version : MqttVersion.values()) {
            ReasonCode expected =
                    version == V5 ? code : ReasonCode.ofConnectReturnCode(code.connectReturnCode());
            assertThat(
                            MqttDecoder.forClient(version, MqttLimits.DEFAULT)
                                    .decode(new MqttEncoder(version).encode(connAck)))
                    .extracting(packet -> ((ConnAck) packet).reasonCode())
                    .isEqualTo(expected);
        }
    }
}
