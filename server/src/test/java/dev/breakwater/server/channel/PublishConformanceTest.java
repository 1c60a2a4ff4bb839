/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static dev.breakwater.server.channel.HexDevice.PINGREQ;
import static dev.breakwater.server.channel.HexDevice.PINGRESP;
import static dev.breakwater.server.channel.HexDevice.ascii;
import static dev.breakwater.server.channel.HexDevice.packet;
import static dev.breakwater.server.channel.HexDevice.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device publishes, and how it is answered, in bytes (sections 3.3 to 3.7, 4.3). */
class PublishConformanceTest {

    private static final int INFLIGHT_MAX = 4;

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene =
                new ChannelScene(
                        Map.of(
                                Limit.CHANNEL_INFLIGHT,
                                INFLIGHT_MAX,
                                Limit.CHANNEL_PACKET_BYTES,
                                1_024));
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    /** A message on the topic that is taken; {@code 32} is QoS 1, {@code 34} QoS 2. */
    private static String telemetry(
            MqttVersion version, String firstByte, String packetId, String payload) {
        String noProperties = version == MqttVersion.V5 ? "00" : "";
        return packet(firstByte, text("me/telemetry"), packetId, noProperties, ascii(payload));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.3.4-1")
    @Tag("mqtt311:2.3.1-5")
    @Tag("mqtt5:3.3.4-1")
    @Tag("mqtt5:2.2.1-2")
    void qos0HasNoPacketIdentifierAndNoAnswer(MqttVersion version) throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "qos-0", version)) {
            tank.says(telemetry(version, "30", "", "a"), PINGREQ).hears(PINGRESP);
            assertThat(scene.topics.next().text()).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:2.3.1-6")
    @Tag("mqtt311:4.3.2-2")
    @Tag("mqtt5:2.2.1-5")
    @Tag("mqtt5:4.3.2-4")
    void qos1IsAnsweredOnceItIsStoredAndThenTheIdentifierIsNew(MqttVersion version)
            throws Exception {
        scene.topics.hold();
        try (HexDevice tank = HexDevice.connect(scene, "qos-1", version)) {
            tank.says(telemetry(version, "32", "12 34", "a"));
            HeldTopics.Held first = scene.topics.next();
            tank.isServed();
            first.durable();
            tank.hears("40 02 12 34");
            // The same identifier with DUP: its PUBACK is behind, so this is another message,
            // unless the very same one is stored already.
            tank.says(telemetry(version, "3A", "12 34", "b"));
            scene.topics.nextRecall().durable((topic, packetId, payload) -> false);
            HeldTopics.Held second = scene.topics.next();
            assertThat(second.text()).isEqualTo("b");
            second.durable();
            tank.hears("40 02 12 34");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:4.3.3-2")
    @Tag("mqtt5:4.3.3-8")
    @Tag("mqtt5:4.3.3-10")
    @Tag("mqtt5:4.3.3-11")
    @Tag("mqtt5:4.3.3-12")
    void qos2IsTakenOnceUntilItsRelease(MqttVersion version) throws Exception {
        scene.topics.hold();
        try (HexDevice tank = HexDevice.connect(scene, "qos-2", version)) {
            tank.says(telemetry(version, "34", "00 05", "a"));
            HeldTopics.Held first = scene.topics.next();
            // Neither acknowledged nor stored twice while the first one is still on its way.
            tank.says(telemetry(version, "3C", "00 05", "a")).isServed();
            first.durable();
            tank.hears("50 02 00 05");
            tank.says(telemetry(version, "3C", "00 05", "a")).hears("50 02 00 05");
            assertThat(scene.topics.waiting()).isZero();
            tank.says("62 02 00 05").hears("70 02 00 05");
            tank.says(telemetry(version, "34", "00 05", "b"));
            HeldTopics.Held second = scene.topics.next();
            assertThat(second.text()).isEqualTo("b");
            second.durable();
            tank.hears("50 02 00 05");
        }
    }

    @Test
    @Tag("mqtt5:4.3.3-9")
    @Tag("mqtt5:3.5.2-1")
    @Tag("mqtt5:3.7.2-1")
    void behindARefusingPubrecTheIdentifierIsNew() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "refused-2", MqttVersion.V5)) {
            tank.says(telemetry(MqttVersion.V5, "34", "00 05", "unacceptable"));
            assertThat(tank.hearsPacket()).matches("50 .. 00 05 99 .*");
            tank.says(telemetry(MqttVersion.V5, "34", "00 05", "good")).hears("50 02 00 05");
            assertThat(scene.topics.next().text()).isEqualTo("good");
            tank.says("62 02 00 05").hears("70 02 00 05");
            // Released for the second time: packet identifier not found.
            tank.says("62 02 00 05").hears("70 03 00 05 92");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:4.6.0-2")
    @Tag("mqtt311:4.6.0-3")
    @Tag("mqtt5:4.6.0-2")
    @Tag("mqtt5:4.6.0-3")
    void acknowledgementsComeInTheOrderOfTheMessages(MqttVersion version) throws Exception {
        scene.topics.hold();
        try (HexDevice tank = HexDevice.connect(scene, "order", version)) {
            tank.says(
                    telemetry(version, "32", "00 09", "a"),
                    telemetry(version, "34", "00 03", "b"),
                    telemetry(version, "34", "00 02", "c"));
            HeldTopics.Held a = scene.topics.next();
            HeldTopics.Held b = scene.topics.next();
            HeldTopics.Held c = scene.topics.next();
            c.durable();
            b.durable();
            tank.isServed();
            a.durable();
            tank.hears("40 02 00 09", "50 02 00 03", "50 02 00 02");
        }
    }

    @Test
    @Tag("mqtt311:3.3.5-2")
    void refusedMessageEndsTheConnectionIn311() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "refused-311", MqttVersion.V3_1_1)) {
            tank.says(packet("32", text("them/telemetry"), "00 01"), PINGREQ);
            // PINGRESP may have left before the refusal; PUBACK must not.
            tank.hears(PINGRESP).hearsEnd();
        }
    }

    @Test
    @Tag("mqtt311:4.8.0-2")
    void failingStoreEndsTheConnectionIn311() throws Exception {
        scene.topics.hold();
        try (HexDevice tank = HexDevice.connect(scene, "failing-311", MqttVersion.V3_1_1)) {
            tank.says(telemetry(MqttVersion.V3_1_1, "32", "00 01", "a"));
            scene.topics.next().completion().failed(new StorageUnavailable("disk full"));
            tank.hearsEnd();
        }
    }

    @Test
    @Tag("mqtt5:3.4.2-1")
    void refusedMessageIsAnsweredWithAReasonCodeOfPubackIn5() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "refused-5", MqttVersion.V5)) {
            tank.says(packet("32", text("them/telemetry"), "00 01", "00"));
            assertThat(tank.hearsPacket()).matches("40 .. 00 01 90 .*");
            tank.says(telemetry(MqttVersion.V5, "32", "00 02", "unacceptable"));
            assertThat(tank.hearsPacket()).matches("40 .. 00 02 99 .*");
        }
    }

    @Test
    @Tag("mqtt5:3.1.2-29")
    void withoutProblemInformationNoReasonIsGiven() throws Exception {
        try (HexDevice tank = HexDevice.dial(scene, "no-problem")) {
            tank.says(packet("10", text("MQTT"), "05 02 00 3C 02 17 00 00 00")).hearsAccepted();
            tank.says(packet("32", text("them/telemetry"), "00 01", "00")).hears("40 03 00 01 90");
            tank.says(telemetry(MqttVersion.V5, "34", "00 02", "unacceptable"))
                    .hears("50 03 00 02 99");
        }
    }

    @Test
    @Tag("mqtt5:3.1.2-24")
    @Tag("mqtt5:3.4.2-2")
    @Tag("mqtt5:3.5.2-2")
    void reasonIsLeftOutWhereItWouldNotFit() throws Exception {
        try (HexDevice tank = HexDevice.dial(scene, "tight")) {
            // Maximum Packet Size 40: enough for CONNACK, and for PUBACK without many words.
            tank.says(packet("10", text("MQTT"), "05 02 00 3C 05 27 00 00 00 28", text("tight")));
            tank.hearsAccepted();
            tank.says(packet("32", text("them/telemetry"), "00 01", "00")).hears("40 03 00 01 90");
            tank.says(packet("34", text("them/telemetry"), "00 02", "00")).hears("50 03 00 02 90");
        }
    }

    @Test
    @Tag("mqtt5:3.2.2-15")
    void packetOverTheMaximumEndsTheConnection() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "large", MqttVersion.V5)) {
            // 1,025 bytes are announced, and not waited for.
            tank.says("30 FE 07", PINGREQ).hearsEnd("E0 01 95");
        }
    }

    @Test
    @Tag("mqtt5:3.3.2-12")
    @Tag("mqtt5:3.3.2-7")
    void topicAliasesUpToTheMaximumStandForTheirTopicsOnTheirConnection() throws Exception {
        try (HexDevice tank = HexDevice.dial(scene, "aliases")) {
            tank.says(HexDevice.CONNECT_5);
            // Topic Alias Maximum 8.
            assertThat(tank.hearsAccepted()).contains("22 00 08");
            for (int alias = 1; alias <= 8; alias++) {
                String property = "03 23 00 %02X".formatted(alias);
                tank.says(packet("32", text("me/telemetry"), "00 01", property, ascii("a")));
                tank.hears("40 02 00 01");
                tank.says(packet("32", "00 00", "00 02", property, ascii("b" + alias)));
                tank.hears("40 02 00 02");
                assertThat(scene.topics.next().text()).isEqualTo("a");
                assertThat(scene.topics.next().text()).isEqualTo("b" + alias);
            }
            try (HexDevice again = HexDevice.dial(scene, tank.device())) {
                again.says(HexDevice.CONNECT_5).hearsAccepted();
                again.says(packet("32", "00 00", "00 01 03 23 00 01", ascii("c")))
                        .hearsEnd("E0 01 82");
            }
        }
        assertThat(scene.topics.waiting()).isZero();
    }

    @Test
    @Tag("mqtt5:3.2.2-17")
    @Tag("mqtt5:3.3.2-9")
    void topicAliasAboveTheMaximumEndsTheConnection() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "alias", MqttVersion.V5)) {
            tank.says(packet("30", text("me/telemetry"), "03 23 FF FF", ascii("x")))
                    .hearsEnd("E0 01 94");
        }
    }

    @Test
    @Tag("mqtt5:3.3.4-7")
    void moreThanReceiveMaximumUnreleasedEndsTheConnection() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "unreleased", MqttVersion.V5)) {
            for (int id = 1; id <= INFLIGHT_MAX; id++) {
                String packetId = "00 %02X".formatted(id);
                tank.says(telemetry(MqttVersion.V5, "34", packetId, "a"))
                        .hears("50 02 " + packetId);
            }
            tank.says(telemetry(MqttVersion.V5, "34", "00 55", "a"), PINGREQ).hearsEnd("E0 01 93");
        }
    }
}
