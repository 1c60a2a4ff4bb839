/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static dev.breakwater.server.channel.HexDevice.ascii;
import static dev.breakwater.server.channel.HexDevice.packet;
import static dev.breakwater.server.channel.HexDevice.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.OutboundMessage;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session leaves behind: state and wills (sections 3.1.2, 3.14 and 4.1), in bytes. */
class SessionConformanceTest {

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene();
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    private static String withWill(MqttVersion version, String payload) {
        boolean newer = version == MqttVersion.V5;
        return packet(
                "10",
                text("MQTT"),
                newer ? "05" : "04",
                "06 00 3C",
                newer ? "00" : "",
                "00 00",
                newer ? "00" : "",
                text("me/telemetry"),
                text(payload));
    }

    private Outcome deliver(ChannelScene.Enrolled to) {
        DeviceSession session = scene.sessions.of(to.id()).orElseThrow();
        Outcome outcome = new Outcome();
        session.deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
        return outcome;
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.1.2-6")
    @Tag("mqtt311:3.1.4-3")
    @Tag("mqtt5:3.1.2-4")
    @Tag("mqtt5:3.1.4-4")
    void cleanStartBeginsWithNothing(MqttVersion version) throws Exception {
        String properties = version == MqttVersion.V5 ? "00" : "";
        try (HexDevice before = HexDevice.connect(scene, "clean", version)) {
            before.says(packet("82", "00 01", properties, text("me/commands/+"), "01"));
            before.hears(packet("90", "00 01", properties, "01"));
            try (HexDevice after = HexDevice.dial(scene, before.device())) {
                after.says(HexDevice.connect(version)).hearsAccepted();
                assertThat(deliver(after.device()).wasDelivered()).isFalse();
                after.isServed();
            }
        }
    }

    @Test
    @Tag("mqtt311:3.2.2-3")
    @Tag("mqtt5:3.1.2-6")
    @Tag("mqtt5:3.2.2-3")
    void withoutASessionToGoOnWithANewOneBegins() throws Exception {
        try (HexDevice newer = HexDevice.dial(scene, "new-5");
                HexDevice older = HexDevice.dial(scene, "new-311")) {
            newer.says(packet("10", text("MQTT"), "05 00 00 3C 05 11 00 00 00 3C", text("new-5")));
            newer.hearsAccepted();
            newer.isServed();
            older.says(packet("10", text("MQTT"), "04 00 00 3C", text("new-311")));
            older.hears("20 02 00 00").isServed();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.1.2-8")
    @Tag("mqtt5:3.1.2-7")
    @Tag("mqtt5:3.1.2-8")
    void willIsPublishedWhenTheConnectionIsGone(MqttVersion version) throws Exception {
        try (HexDevice tank = HexDevice.dial(scene, "will")) {
            tank.says(withWill(version, "gone")).hearsAccepted();
        }
        assertThat(scene.topics.next().text()).isEqualTo("gone");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.1.2-10")
    @Tag("mqtt311:3.14.4-3")
    @Tag("mqtt5:3.1.2-10")
    @Tag("mqtt5:3.14.4-3")
    void disconnectDropsTheWill(MqttVersion version) throws Exception {
        try (HexDevice tank = HexDevice.dial(scene, "goodbye")) {
            tank.says(withWill(version, "gone")).hearsAccepted();
            tank.says("E0 00").hearsEnd();
        }
        assertNothingWasPublished();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.1.2-11")
    @Tag("mqtt311:3.1.2-12")
    void withoutAWillNothingIsPublished(MqttVersion version) throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "no-will", version)) {
            // A violation, so that the server is the one that ends it.
            tank.says("00 00");
            String word = version == MqttVersion.V5 ? "E0 01 81" : "";
            tank.hearsEnd(word);
        }
        assertNothingWasPublished();
    }

    @ParameterizedTest
    @ValueSource(strings = {"04", "80", "98"})
    @Tag("mqtt5:3.1.2-8")
    void otherFarewellsAskForTheWill(String code) throws Exception {
        try (HexDevice tank = HexDevice.dial(scene, "asking")) {
            tank.says(withWill(MqttVersion.V5, "gone")).hearsAccepted();
            tank.says("E0 01 " + code).hearsEnd();
        }
        assertThat(scene.topics.next().text()).isEqualTo("gone");
    }

    /** Whatever the one before had to say has been said by the time the next one is served. */
    private void assertNothingWasPublished() throws Exception {
        try (HexDevice witness = HexDevice.connect(scene, "witness", MqttVersion.V5)) {
            witness.says(packet("32", text("me/telemetry"), "00 01 00", ascii("witness")));
            witness.hears("40 02 00 01");
        }
        assertThat(scene.topics.next().text()).isEqualTo("witness");
        assertThat(scene.topics.waiting()).isZero();
    }
}
