/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static dev.breakwater.server.channel.HexDevice.PINGREQ;
import static dev.breakwater.server.channel.HexDevice.packet;
import static dev.breakwater.server.channel.HexDevice.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.OutboundMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** SUBSCRIBE, UNSUBSCRIBE, PINGREQ and DISCONNECT in bytes (sections 3.8 to 3.14). */
class SubscribeConformanceTest {

    private static final String ONE_COMMAND = "me/commands/1";

    private static ChannelScene scene;

    @BeforeAll
    static void openChannel() throws IOException {
        scene = new ChannelScene();
    }

    @AfterAll
    static void closeChannel() {
        scene.close();
    }

    private static Outcome deliver(HexDevice to) {
        DeviceSession session = scene.sessions.of(to.device().id()).orElseThrow();
        Outcome outcome = new Outcome();
        session.deliver(new OutboundMessage(ONE_COMMAND, new byte[0]), outcome);
        return outcome;
    }

    @Test
    @Tag("mqtt311:2.3.1-7")
    @Tag("mqtt311:3.8.4-1")
    @Tag("mqtt311:3.8.4-2")
    @Tag("mqtt311:3.8.4-4")
    @Tag("mqtt311:3.8.4-5")
    @Tag("mqtt311:3.9.3-1")
    @Tag("mqtt311:3.9.3-2")
    void subackAnswersEachFilterInOrderIn311() throws IOException {
        try (HexDevice tank = HexDevice.connect(scene, "suback-311", MqttVersion.V3_1_1)) {
            tank.says(
                    packet(
                            "82",
                            "AB CD",
                            text("me/commands/+") + "02",
                            text("#") + "01",
                            text("me/#") + "00",
                            text("$SYS/#") + "00",
                            text("me/commands/1") + "01"));
            tank.hears("90 07 AB CD 02 80 00 80 01");
        }
    }

    @Test
    @Tag("mqtt5:2.2.1-6")
    @Tag("mqtt5:3.8.4-1")
    @Tag("mqtt5:3.8.4-2")
    @Tag("mqtt5:3.8.4-5")
    @Tag("mqtt5:3.8.4-6")
    @Tag("mqtt5:3.8.4-7")
    @Tag("mqtt5:3.9.3-1")
    @Tag("mqtt5:3.9.3-2")
    void subackAnswersEachFilterInOrderIn5() throws IOException {
        try (HexDevice tank = HexDevice.connect(scene, "suback-5", MqttVersion.V5)) {
            tank.says(
                    packet(
                            "82",
                            "AB CD 00",
                            text("me/commands/+") + "02",
                            text("#") + "01",
                            text("me/#") + "2C",
                            text("$share/g/me/#") + "01",
                            text("me/commands/1") + "01"));
            tank.hears("90 08 AB CD 00 02 8F 00 9E 01");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.8.4-3")
    @Tag("mqtt5:3.8.4-3")
    @Tag("mqtt5:3.8.4-4")
    void sameFilterAgainReplacesTheSubscription(MqttVersion version) throws Exception {
        String properties = version == MqttVersion.V5 ? "00" : "";
        try (HexDevice tank = HexDevice.connect(scene, "again-" + version.level(), version)) {
            String filter = text("me/commands/+");
            tank.says(packet("82", "00 01", properties, filter, "01"));
            tank.hears(packet("90", "00 01", properties, "01"));
            Outcome begun = deliver(tank);
            tank.hears(packet("32", text(ONE_COMMAND), "00 01", properties));
            tank.says(packet("82", "00 02", properties, filter, "00"));
            tank.hears(packet("90", "00 02", properties, "00"));
            // What was on its way is completed, and what comes next has the new QoS.
            tank.says("40 02 00 01");
            assertThat(begun.wasDelivered()).isTrue();
            deliver(tank);
            tank.hears(packet("30", text(ONE_COMMAND), properties)).isServed();
        }
    }

    @Test
    @Tag("mqtt311:3.10.4-1")
    @Tag("mqtt311:3.10.4-4")
    @Tag("mqtt311:3.10.4-5")
    @Tag("mqtt311:3.10.4-6")
    void unsubackAnswersIn311() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "unsuback-311", MqttVersion.V3_1_1)) {
            tank.says(packet("82", "00 01", text("me/commands/+") + "00"));
            tank.hears("90 03 00 01 00");
            // Filters that match, but are not the same.
            tank.says(packet("A2", "00 02", text(ONE_COMMAND), text("me/commands/#")));
            tank.hears("B0 02 00 02");
            deliver(tank);
            tank.hears(packet("30", text(ONE_COMMAND)));
            tank.says(packet("A2", "00 03", text("me/x"), text("me/commands/+")));
            tank.hears("B0 02 00 03");
            assertThat(deliver(tank).wasDelivered()).isFalse();
        }
    }

    @Test
    @Tag("mqtt5:3.10.4-1")
    @Tag("mqtt5:3.10.4-4")
    @Tag("mqtt5:3.10.4-5")
    @Tag("mqtt5:3.10.4-6")
    @Tag("mqtt5:3.11.3-1")
    @Tag("mqtt5:3.11.3-2")
    void unsubackAnswersEachFilterInOrderIn5() throws IOException {
        try (HexDevice tank = HexDevice.connect(scene, "unsuback-5", MqttVersion.V5)) {
            tank.says(packet("82", "00 01 00", text("me/commands/+") + "00"));
            tank.hears("90 04 00 01 00 00");
            tank.says(
                    packet(
                            "A2",
                            "00 02 00",
                            text(ONE_COMMAND),
                            text("me/commands/+"),
                            text("me/commands/+"),
                            text("#")));
            tank.hears("B0 07 00 02 00 11 00 11 11");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.10.4-2")
    @Tag("mqtt311:3.10.4-3")
    @Tag("mqtt5:3.10.4-2")
    @Tag("mqtt5:3.10.4-3")
    void unsubscribingCompletesWhatIsOnItsWayAndAddsNothing(MqttVersion version) throws Exception {
        String properties = version == MqttVersion.V5 ? "00" : "";
        String unsubscribed = version == MqttVersion.V5 ? "B0 04 00 02 00 00" : "B0 02 00 02";
        try (HexDevice tank = HexDevice.connect(scene, "leave-" + version.level(), version)) {
            tank.says(packet("82", "00 01", properties, text("me/commands/+"), "02"));
            tank.hears(packet("90", "00 01", properties, "02"));
            Outcome begun = deliver(tank);
            tank.hears(packet("34", text(ONE_COMMAND), "00 01", properties));
            tank.says(packet("A2", "00 02", properties, text("me/commands/+")));
            tank.hears(unsubscribed);
            assertThat(deliver(tank).wasDelivered()).isFalse();
            tank.says("50 02 00 01").hears("62 02 00 01");
            tank.says("70 02 00 01").isServed();
            assertThat(begun.wasDelivered()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.12.4-1")
    @Tag("mqtt5:3.12.4-1")
    void pingIsAnswered(MqttVersion version) throws IOException {
        try (HexDevice tank = HexDevice.connect(scene, "ping-" + version.level(), version)) {
            tank.isServed().isServed();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUBACK,      42 02 00 01",
        "PUBREC,      51 02 00 01",
        "PUBREL,      60 02 00 01",
        "PUBCOMP,     78 02 00 01",
        "SUBSCRIBE,   80 06 00 01 00 01 61 00",
        "UNSUBSCRIBE, A0 05 00 01 00 01 61",
        "PINGREQ,     C1 00",
        "DISCONNECT,  E1 00",
        "PUBLISH,     36 06 00 01 61 00 01 00",
        "PUBLISH,     38 04 00 01 61 00",
    })
    @Tag("mqtt311:2.2.2-2")
    @Tag("mqtt311:3.3.1-4")
    @Tag("mqtt311:3.6.1-1")
    @Tag("mqtt311:3.8.1-1")
    @Tag("mqtt311:3.10.1-1")
    @Tag("mqtt311:3.14.1-1")
    @Tag("mqtt5:3.6.1-1")
    @Tag("mqtt5:3.8.1-1")
    @Tag("mqtt5:3.10.1-1")
    @Tag("mqtt5:3.14.1-1")
    void otherFlagsEndTheConnection(String type, String bytes) throws IOException {
        String serial = type + "-" + bytes.substring(0, 2);
        try (HexDevice older = HexDevice.connect(scene, serial + "-311", MqttVersion.V3_1_1);
                HexDevice newer = HexDevice.connect(scene, serial + "-5", MqttVersion.V5)) {
            older.says(bytes, PINGREQ).hearsEnd();
            newer.says(bytes, PINGREQ).hearsEnd("E0 01 81");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cut string,            30 03 00 05 61, 81",
        "string not UTF-8,      30 03 00 01 FF, 81",
        "string with U+0000,    30 03 00 01 00, 81",
        "SUBSCRIBE of nothing,  82 02 00 01,    ''",
        "identifier 0,          82 06 00 00 00 01 61 00, 82",
        "packet type 0,         00 00,          81",
        "packet of a server,    D0 00,          82",
    })
    @Tag("mqtt311:1.5.3-1")
    @Tag("mqtt311:1.5.3-2")
    @Tag("mqtt311:4.8.0-1")
    @Tag("mqtt5:4.13.1-1")
    void violationEndsTheConnection(String what, String bytes, String codeOf5) throws IOException {
        String serial = what.replaceAll("[^A-Za-z0-9]", "-");
        try (HexDevice older = HexDevice.connect(scene, serial + "-311", MqttVersion.V3_1_1)) {
            older.says(bytes, PINGREQ).hearsEnd();
        }
        if (!codeOf5.isEmpty()) {
            try (HexDevice newer = HexDevice.connect(scene, serial + "-5", MqttVersion.V5)) {
                newer.says(bytes, PINGREQ).hearsEnd("E0 01 " + codeOf5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.14.4-2")
    @Tag("mqtt5:3.14.4-1")
    void behindDisconnectNothingIsTaken(MqttVersion version) throws IOException {
        try (HexDevice tank = HexDevice.connect(scene, "bye-" + version.level(), version)) {
            tank.says("E0 00", PINGREQ).hearsEnd();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:4.1.0-1")
    @Tag("mqtt311:4.1.0-2")
    @Tag("mqtt5:4.1.0-1")
    void stateIsKeptWhileTheConnectionIsOpen(MqttVersion version) throws IOException {
        String properties = version == MqttVersion.V5 ? "00" : "";
        try (HexDevice tank = HexDevice.connect(scene, "state-" + version.level(), version)) {
            tank.says(packet("82", "00 01", properties, text("me/commands/+"), "02"));
            tank.hears(packet("90", "00 01", properties, "02"));
            deliver(tank);
            String publish = packet("34", text(ONE_COMMAND), "00 01", properties);
            tank.hears(publish).says("50 02 00 01").hears("62 02 00 01");
            for (int i = 0; i < 10; i++) {
                tank.isServed();
            }
            // The subscription, the exchange and the identifiers in use are all still there.
            deliver(tank);
            tank.hears(packet("34", text(ONE_COMMAND), "00 02", properties));
            tank.says("70 02 00 01", "50 02 00 02").hears("62 02 00 02");
        }
    }
}
