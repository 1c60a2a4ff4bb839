/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static dev.breakwater.server.channel.HexDevice.CONNECT_311;
import static dev.breakwater.server.channel.HexDevice.CONNECT_5;
import static dev.breakwater.server.channel.HexDevice.PINGREQ;
import static dev.breakwater.server.channel.HexDevice.PINGRESP;
import static dev.breakwater.server.channel.HexDevice.packet;
import static dev.breakwater.server.channel.HexDevice.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT and CONNACK in bytes (sections 3.1 and 3.2), against one real channel. */
class ConnectConformanceTest {

    /** Protocol name and level, then what a test has to say from the connect flags on. */
    private static final String LEVEL_4 = text("MQTT") + " 04 ";

    private static final String LEVEL_5 = text("MQTT") + " 05 ";

    private static final String PUBLISH_1 =
            packet("32", text("me/telemetry"), "00 01", HexDevice.ascii("unheard"));

    private static ChannelScene scene;

    @BeforeAll
    static void openChannel() throws IOException {
        scene = new ChannelScene();
    }

    @AfterAll
    static void closeChannel() {
        scene.close();
    }

    @Test
    @Tag("mqtt311:3.1.4-4")
    @Tag("mqtt311:3.2.0-1")
    @Tag("mqtt311:3.2.2-1")
    @Tag("mqtt311:3.1.3-6")
    @Tag("mqtt311:7.1.1-1")
    void connackComesFirstIn311() throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "connack-311")) {
            tank.says(CONNECT_311, PINGREQ).hears("20 02 00 00", PINGRESP);
        }
    }

    @Test
    @Tag("mqtt5:3.1.4-5")
    @Tag("mqtt5:3.2.0-1")
    @Tag("mqtt5:3.2.0-2")
    @Tag("mqtt5:3.2.2-1")
    @Tag("mqtt5:3.2.2-2")
    @Tag("mqtt5:4.2.0-1")
    void connackComesFirstAndOnceIn5() throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "connack-5")) {
            tank.says(CONNECT_5, PINGREQ);
            tank.hearsAccepted();
            tank.hears(PINGRESP).isServed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PINGREQ, "E0 00", "40 02 00 01", "82 06 00 01 00 01 61 00"})
    @Tag("mqtt311:3.1.0-1")
    @Tag("mqtt5:3.1.0-1")
    @Tag("mqtt5:3.14.0-1")
    void anythingBeforeConnectEndsTheConnectionWithoutAWord(String first) throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "first-" + first.replace(' ', '-'))) {
            tank.says(first).hearsEnd();
        }
    }

    @Test
    @Tag("mqtt311:3.1.0-2")
    @Tag("mqtt311:4.8.0-1")
    void secondConnectEndsTheConnectionIn311() throws IOException {
        try (HexDevice tank = HexDevice.connect(scene, "twice-311", MqttVersion.V3_1_1)) {
            tank.says(CONNECT_311, PINGREQ).hearsEnd();
        }
    }

    @Test
    @Tag("mqtt5:3.1.0-2")
    @Tag("mqtt5:4.13.1-1")
    @Tag("mqtt5:4.13.2-1")
    @Tag("mqtt5:3.14.2-1")
    @Tag("mqtt5:3.14.2-2")
    @Tag("mqtt5:3.14.4-1")
    @Tag("mqtt5:3.14.4-2")
    void secondConnectIsAProtocolErrorIn5() throws IOException {
        try (HexDevice tank = HexDevice.connect(scene, "twice-5", MqttVersion.V5)) {
            tank.says(CONNECT_5, PINGREQ).hearsEnd("E0 01 82");
        }
    }

    @ParameterizedTest
    @CsvSource({"MQIsdp, 03", "mqtt, 04", "MQTU, 05", "'', 04"})
    @Tag("mqtt311:3.1.2-1")
    @Tag("mqtt5:3.1.2-1")
    void anotherProtocolNameIsNotServed(String name, String level) throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "name-" + name + "-" + level)) {
            tank.says(packet("10", text(name), level, "02 00 3C 00 00"), PUBLISH_1)
                    .hearsEnd("20 02 00 01");
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "03", "06", "84", "FF"})
    @Tag("mqtt311:3.1.2-2")
    @Tag("mqtt5:3.1.2-2")
    void anotherProtocolLevelIsAnsweredWithReturnCodeOne(String level) throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "level-" + level)) {
            tank.says(packet("10", text("MQTT"), level, "02 00 3C 00 00")).hearsEnd("20 02 00 01");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "reserved flag,              03 00 3C 00 00",
        "will QoS without will,      0A 00 3C 00 00",
        "will QoS 3,                 1E 00 3C 00 00 00 01 77 00 00",
        "will retain without will,   22 00 3C 00 00",
        "password without user name, 42 00 3C 00 00 00 01 70",
        "will without topic,         06 00 3C 00 00",
        "cut client identifier,      02 00 3C 00 05 61",
        "bytes behind the end,       02 00 3C 00 00 FF",
        "client id not UTF-8,        02 00 3C 00 01 FF",
        "user name not UTF-8,        82 00 3C 00 00 00 02 C0 80",
        "will topic not UTF-8,       06 00 3C 00 00 00 01 FF 00 00",
    })
    @Tag("mqtt311:3.1.2-3")
    @Tag("mqtt311:3.1.4-1")
    @Tag("mqtt311:3.2.2-6")
    void connectThatIsNotInFormEndsTheConnectionWithoutConnackIn311(String what, String body)
            throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "form-311-" + what.replace(' ', '-'))) {
            tank.says(packet("10", LEVEL_4, body), PUBLISH_1).hearsEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "reserved flag,              03 00 3C 00 00 00",
        "will QoS 3,                 1E 00 3C 00 00 00 00 00 01 77 00 00",
        "no property length,         02 00 3C",
        "unknown property,           02 00 3C 02 7F 00 00 00",
        "property twice,             02 00 3C 06 21 00 01 21 00 01 00 00",
        "receive maximum 0,          02 00 3C 03 21 00 00 00 00",
        "maximum packet size 0,      02 00 3C 05 27 00 00 00 00 00 00",
        "will delay in CONNECT,      02 00 3C 05 18 00 00 00 01 00 00",
        "data without method,        02 00 3C 04 16 00 01 61 00 00",
        "text will that is none,     06 00 3C 00 00 00 02 01 01 00 01 77 00 01 FF",
    })
    @Tag("mqtt5:3.1.2-3")
    @Tag("mqtt5:3.1.4-1")
    @Tag("mqtt5:3.14.0-1")
    void connectThatIsNotInFormEndsTheConnectionIn5(String what, String body) throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "form-5-" + what.replace(' ', '-'))) {
            tank.says(packet("10", LEVEL_5, body), PUBLISH_1).hearsEnd();
        }
    }

    @Test
    @Tag("mqtt5:3.1.3-6")
    @Tag("mqtt5:3.1.3-7")
    @Tag("mqtt5:3.2.2-16")
    void emptyClientIdentifierIsAnsweredWithTheDevicesOwn() throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "assigned");
                HexDevice other = HexDevice.dial(scene, "assigned-too")) {
            tank.says(CONNECT_5);
            other.says(CONNECT_5);
            String assigned = "12 " + text(tank.device().id().toString());
            assertThat(tank.hearsAccepted()).contains(assigned);
            assertThat(other.hearsAccepted()).doesNotContain(assigned);
        }
    }

    @Test
    @Tag("mqtt311:3.1.3-7")
    @Tag("mqtt311:3.1.3-8")
    @Tag("mqtt311:3.2.2-4")
    @Tag("mqtt311:3.2.2-5")
    void emptyClientIdentifierForAKeptSessionIsRejectedIn311() throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "nameless")) {
            tank.says(packet("10", LEVEL_4, "00 00 3C 00 00"), PINGREQ).hearsEnd("20 02 00 02");
        }
    }

    @Test
    @Tag("mqtt311:3.1.3-9")
    @Tag("mqtt5:3.1.3-8")
    @Tag("mqtt5:3.2.2-7")
    @Tag("mqtt5:3.2.2-8")
    void clientIdentifierThatIsTooLongIsRejected() throws IOException {
        String tooLong = text("c".repeat(129));
        try (HexDevice older = HexDevice.dial(scene, "long-311");
                HexDevice newer = HexDevice.dial(scene, "long-5")) {
            older.says(packet("10", LEVEL_4, "02 00 3C", tooLong)).hearsEnd("20 02 00 02");
            newer.says(packet("10", LEVEL_5, "02 00 3C 00", tooLong)).hearsEnd("20 03 00 85 00");
        }
    }

    @Test
    @Tag("mqtt5:3.1.4-2")
    @Tag("mqtt5:3.1.4-6")
    @Tag("mqtt5:3.2.2-6")
    @Tag("mqtt311:3.1.4-5")
    void behindARefusedConnectNothingIsProcessed() throws IOException {
        String another = text(scene.tank.serial().toString());
        try (HexDevice older = HexDevice.dial(scene, "posing-311");
                HexDevice newer = HexDevice.dial(scene, "posing-5")) {
            older.says(packet("10", LEVEL_4, "02 00 3C", another), PUBLISH_1, PINGREQ)
                    .hearsEnd("20 02 00 05");
            newer.says(packet("10", LEVEL_5, "02 00 3C 00", another), PUBLISH_1, PINGREQ);
            assertThat(newer.hearsPacket()).matches("20 .. 00 87 .*");
            newer.hearsEnd();
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    @Test
    @Tag("mqtt311:3.1.3-2")
    @Tag("mqtt311:3.1.4-2")
    @Tag("mqtt5:3.1.3-2")
    @Tag("mqtt5:3.1.4-3")
    void bothNamesOfADeviceAreOneClient() throws IOException {
        ChannelScene.Enrolled device = scene.enroll("one-client");
        String bySerial = text(device.serial().toString());
        String byId = text(device.id().toString());
        try (HexDevice first = HexDevice.dial(scene, device);
                HexDevice second = HexDevice.dial(scene, device);
                HexDevice third = HexDevice.dial(scene, device)) {
            first.says(packet("10", LEVEL_5, "02 00 3C 00", bySerial)).hearsAccepted();
            second.says(packet("10", LEVEL_4, "02 00 3C", byId)).hears("20 02 00 00");
            first.hearsEnd("E0 01 8E");
            third.says(packet("10", LEVEL_5, "02 00 3C 00", bySerial)).hearsAccepted();
            second.hearsEnd();
            third.isServed();
        }
    }

    @Test
    @Tag("mqtt5:4.12.0-1")
    void authenticationMethodIsRefused() throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "method")) {
            String method = "15 " + text("SCRAM-SHA-256");
            tank.says(packet("10", LEVEL_5, "02 00 3C 10", method, "00 00"), PINGREQ)
                    .hearsEnd("20 03 00 8C 00");
        }
    }

    @Test
    @Tag("mqtt5:4.12.0-6")
    @Tag("mqtt5:4.12.0-7")
    void withoutAuthenticationMethodNobodySpeaksOfOne() throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "no-method")) {
            tank.says(CONNECT_5);
            assertThat(tank.hearsAccepted()).doesNotContain("15 00").doesNotContain("16 00");
            tank.says(packet("F0", "18 05 15", text("M"))).hearsEnd("E0 01 82");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01"})
    @Tag("mqtt5:3.1.2-28")
    void responseInformationIsNotReturned(String requested) throws IOException {
        try (HexDevice tank = HexDevice.dial(scene, "response-" + requested)) {
            tank.says(packet("10", LEVEL_5, "02 00 3C 02 19", requested, "00 00"));
            assertThat(tank.hearsAccepted()).doesNotContain("1A 00");
        }
    }

    @Test
    @Tag("mqtt5:3.2.2-19")
    void refusalLeavesOutTheWordsThatWouldNotFit() throws IOException {
        String another = text(scene.tank.serial().toString());
        try (HexDevice roomy = HexDevice.dial(scene, "roomy");
                HexDevice tight = HexDevice.dial(scene, "tight")) {
            roomy.says(packet("10", LEVEL_5, "02 00 3C 00", another));
            assertThat(roomy.hearsPacket()).contains(" 1F 00 ");
            tight.says(packet("10", LEVEL_5, "02 00 3C 05 27 00 00 00 05", another))
                    .hearsEnd("20 03 00 87 00");
        }
    }

    /** A device that could not even be told its limits is told that, and not served. */
    @Test
    @Tag("mqtt5:3.1.2-24")
    void deviceThatTakesNoWholeConnackIsNotServed() throws Exception {
        try (HexDevice tank = HexDevice.dial(scene, "tiny")) {
            tank.says(packet("10", LEVEL_5, "02 00 3C 05 27 00 00 00 0A 00 00"), PUBLISH_1)
                    .hearsEnd("20 03 00 95 00");
        }
        assertThat(scene.topics.waiting()).isZero();
        assertThat(scene.counted(RefusalReason.PACKET_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    @Tag("mqtt5:3.2.2-22")
    @Tag("mqtt5:3.1.2-22")
    @Tag("mqtt311:3.1.2-24")
    void silenceOfOneAndAHalfKeepAlivesEndsTheConnection() throws IOException {
        try (HexDevice older = HexDevice.dial(scene, "silent-311");
                HexDevice newer = HexDevice.dial(scene, "silent-5")) {
            long began = System.nanoTime();
            older.says(packet("10", LEVEL_4, "02 00 01 00 00")).hears("20 02 00 00");
            newer.says(packet("10", LEVEL_5, "02 00 01 00 00 00"));
            assertThat(newer.hearsAccepted()).doesNotContain("13 00");
            newer.hearsEnd("E0 01 8D");
            older.hearsEnd();
            assertThat((System.nanoTime() - began) / 1_000_000).isBetween(1_500L, 8_000L);
        }
    }
}
