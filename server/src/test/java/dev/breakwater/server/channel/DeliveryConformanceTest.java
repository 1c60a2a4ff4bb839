/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static dev.breakwater.server.channel.HexDevice.PINGREQ;
import static dev.breakwater.server.channel.HexDevice.PINGRESP;
import static dev.breakwater.server.channel.HexDevice.ascii;
import static dev.breakwater.server.channel.HexDevice.packet;
import static dev.breakwater.server.channel.HexDevice.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.OutboundMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server sends to a device, in bytes (sections 3.3, 4.3 and 4.9). */
class DeliveryConformanceTest {

    private static final String COMMAND = "me/commands/1";

    private static ChannelScene scene;

    @BeforeAll
    static void openChannel() throws IOException {
        // One of the tests acknowledges messages by the ten thousand.
        scene = new ChannelScene(ChannelScene.GENEROUS);
    }

    @AfterAll
    static void closeChannel() {
        scene.close();
    }

    private static Outcome deliver(HexDevice to, String topic, String payload) {
        DeviceSession session = scene.sessions.of(to.device().id()).orElseThrow();
        Outcome outcome = new Outcome();
        byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
        session.deliver(new OutboundMessage(topic, bytes), outcome);
        return outcome;
    }

    /** What the server must send; without a packet identifier for QoS 0. */
    private static String publish(
            MqttVersion version, String firstByte, String packetId, String payload) {
        String noProperties = version == MqttVersion.V5 ? "00" : "";
        return packet(firstByte, text(COMMAND), packetId, noProperties, ascii(payload));
    }

    /** Subscribes, which must be granted; the filters each with their QoS, in bytes. */
    private static void subscribe(
            HexDevice device, MqttVersion version, String filter, String options)
            throws IOException {
        String noProperties = version == MqttVersion.V5 ? "00" : "";
        device.says(packet("82", "77 77", noProperties, text(filter), options));
        device.hears(packet("90", "77 77", noProperties, options));
    }

    private static HexDevice subscribed(String serial, MqttVersion version, String qos)
            throws IOException {
        HexDevice device = HexDevice.connect(scene, serial, version);
        subscribe(device, version, "me/commands/+", qos);
        return device;
    }

    /** A 5.0 device with a property in its CONNECT, subscribed with QoS 1. */
    private static HexDevice subscribed(String serial, String property) throws IOException {
        HexDevice device = HexDevice.dial(scene, serial);
        device.says(
                packet(
                        "10",
                        text("MQTT"),
                        "05 02 00 3C",
                        "%02X".formatted(HexDevice.bytes(property).length),
                        property,
                        text(serial)));
        device.hearsAccepted();
        subscribe(device, MqttVersion.V5, "me/commands/+", "01");
        return device;
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:4.3.1-1")
    @Tag("mqtt311:3.8.4-6")
    @Tag("mqtt311:3.3.1-9")
    @Tag("mqtt5:4.3.1-1")
    @Tag("mqtt5:3.8.4-8")
    @Tag("mqtt5:3.1.2-27")
    @Tag("mqtt5:3.1.2-26")
    @Tag("mqtt5:3.3.2-11")
    void qos0IsSentWithoutDupRetainIdentifierOrAlias(MqttVersion version) throws Exception {
        try (HexDevice tank = subscribed("out-0-" + version.level(), version, "00")) {
            Outcome outcome = deliver(tank, COMMAND, "feed");
            tank.hears(publish(version, "30", "", "feed"));
            assertThat(outcome.wasDelivered()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:2.3.1-4")
    @Tag("mqtt311:3.3.1-3")
    @Tag("mqtt311:4.3.2-1")
    @Tag("mqtt311:4.6.0-5")
    @Tag("mqtt311:4.6.0-6")
    @Tag("mqtt5:2.2.1-4")
    @Tag("mqtt5:3.3.1-3")
    @Tag("mqtt5:4.3.2-1")
    @Tag("mqtt5:4.3.2-2")
    @Tag("mqtt5:4.6.0-5")
    @Tag("mqtt5:4.6.0-6")
    void qos1IsSentInOrderWithFreeIdentifiersAndWithoutDup(MqttVersion version) throws Exception {
        try (HexDevice tank = subscribed("out-1-" + version.level(), version, "01")) {
            deliver(tank, COMMAND, "a");
            Outcome b = deliver(tank, COMMAND, "b");
            tank.hears(publish(version, "32", "00 01", "a"), publish(version, "32", "00 02", "b"));
            tank.says("40 02 00 02");
            assertThat(b.wasDelivered()).isTrue();
            deliver(tank, COMMAND, "c");
            tank.hears(publish(version, "32", "00 03", "c")).isServed();
        }
    }

    @Test
    @Tag("mqtt5:2.2.1-4")
    @Tag("mqtt311:2.3.1-4")
    void identifierThatIsInUseIsPassedOver() throws Exception {
        try (HexDevice tank = subscribed("wrap", MqttVersion.V3_1_1, "01")) {
            deliver(tank, COMMAND, "kept");
            tank.hears(publish(MqttVersion.V3_1_1, "32", "00 01", "kept"));
            // All others once, fifty at a time, which is less than the window.
            for (int first = 2; first <= 0xFFFF; first += 50) {
                int last = Math.min(first + 49, 0xFFFF);
                StringBuilder publishes = new StringBuilder();
                StringBuilder acknowledgements = new StringBuilder();
                for (int id = first; id <= last; id++) {
                    String packetId = "%02X %02X".formatted(id >> 8, id & 0xFF);
                    deliver(tank, COMMAND, "x");
                    publishes.append(publish(MqttVersion.V3_1_1, "32", packetId, "x"));
                    acknowledgements.append("40 02 ").append(packetId);
                }
                tank.hears(publishes.toString()).says(acknowledgements.toString());
            }
            // Neither 0 nor 1, which is still unacknowledged.
            deliver(tank, COMMAND, "y");
            tank.hears(publish(MqttVersion.V3_1_1, "32", "00 02", "y"));
        }
    }

    @Test
    @Tag("mqtt5:3.3.4-9")
    @Tag("mqtt5:3.3.4-10")
    @Tag("mqtt5:4.3.2-3")
    @Tag("mqtt5:4.9.0-1")
    @Tag("mqtt5:4.9.0-2")
    @Tag("mqtt5:4.9.0-3")
    void receiveMaximumHoldsBackPublishesAndNothingElse() throws Exception {
        try (HexDevice tank = subscribed("window", "21 00 02")) {
            deliver(tank, COMMAND, "a");
            deliver(tank, COMMAND, "b");
            deliver(tank, COMMAND, "c");
            tank.hears(
                    publish(MqttVersion.V5, "32", "00 01", "a"),
                    publish(MqttVersion.V5, "32", "00 02", "b"));
            tank.isServed();
            tank.says(packet("32", text("me/telemetry"), "00 09 00", ascii("t")));
            tank.hears("40 02 00 09");
            tank.says("40 02 00 01").hears(publish(MqttVersion.V5, "32", "00 03", "c"));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:4.3.3-1")
    @Tag("mqtt311:4.6.0-4")
    @Tag("mqtt5:4.3.3-1")
    @Tag("mqtt5:4.3.3-2")
    @Tag("mqtt5:4.3.3-3")
    @Tag("mqtt5:4.3.3-4")
    @Tag("mqtt5:4.3.3-5")
    @Tag("mqtt5:4.3.3-6")
    @Tag("mqtt5:4.6.0-4")
    void qos2GoesFromPublishToRelease(MqttVersion version) throws Exception {
        try (HexDevice tank = subscribed("out-2-" + version.level(), version, "02")) {
            Outcome a = deliver(tank, COMMAND, "a");
            deliver(tank, COMMAND, "b");
            tank.hears(publish(version, "34", "00 01", "a"), publish(version, "34", "00 02", "b"));
            // PUBRELs in the order of the PUBRECs, and again for a PUBREC that comes again.
            tank.says("50 02 00 02", "50 02 00 01").hears("62 02 00 02", "62 02 00 01");
            tank.says("50 02 00 01").hears("62 02 00 01").isServed();
            tank.says("70 02 00 01").isServed();
            assertThat(a.wasDelivered()).isTrue();
        }
    }

    @Test
    @Tag("mqtt5:4.4.0-2")
    @Tag("mqtt5:3.6.2-1")
    void refusingAcknowledgementsEndTheExchange() throws Exception {
        try (HexDevice tank = subscribed("refusing", MqttVersion.V5, "02")) {
            Outcome outcome = deliver(tank, COMMAND, "a");
            tank.hears(publish(MqttVersion.V5, "34", "00 01", "a"));
            tank.says("50 03 00 01 97").isServed();
            assertThat(outcome.wasDelivered()).isFalse();
            // The exchange is over: packet identifier not found.
            tank.says("50 02 00 01").hears("62 03 00 01 92");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.3.2-3")
    @Tag("mqtt311:3.3.5-1")
    @Tag("mqtt5:3.3.2-3")
    @Tag("mqtt5:3.3.4-2")
    void overlappingSubscriptionsGetOneCopyWithTheHighestQos(MqttVersion version) throws Exception {
        try (HexDevice tank = subscribed("overlap-" + version.level(), version, "00")) {
            subscribe(tank, version, "me/#", "02");
            subscribe(tank, version, "me/commands/1", "01");
            deliver(tank, COMMAND, "a");
            tank.hears(publish(version, "34", "00 01", "a")).isServed();
        }
    }

    @Test
    @Tag("mqtt5:3.3.2-5")
    @Tag("mqtt5:3.3.2-6")
    @Tag("mqtt5:4.3.3-7")
    void messagesCarryWhatIsLeftOfTheirTimeUntilTheyAreSent() throws Exception {
        try (HexDevice tank = subscribed("expiring", "21 00 01")) {
            subscribe(tank, MqttVersion.V5, "me/commands/+", "02");
            DeviceSession session = scene.sessions.of(tank.device().id()).orElseThrow();
            Instant now = scene.clock.instant();
            Outcome sent = new Outcome();
            Outcome late = new Outcome();
            session.deliver(expiring(now.plusSeconds(600)), sent);
            session.deliver(expiring(now.minusSeconds(1)), late);
            // 600 seconds are 0x258; a slow run may have used up some of them.
            assertThat(tank.hearsPacket()).matches("34 .* 00 01 05 02 00 00 02 [2-5].");
            tank.says("50 02 00 01").hears("62 02 00 01").says("70 02 00 01").isServed();
            assertThat(sent.wasDelivered()).isTrue();
            assertThat(late.wasDelivered()).isFalse();
        }
    }

    private static OutboundMessage expiring(Instant at) {
        return new OutboundMessage(COMMAND, new byte[0], Optional.of(at), Optional.empty());
    }

    @Test
    @Tag("mqtt5:3.1.2-24")
    @Tag("mqtt5:3.1.2-25")
    void packetTooLargeForTheDeviceIsDroppedAndTheNextOneSent() throws Exception {
        try (HexDevice tank = subscribed("small", "27 00 00 00 60")) {
            // 1 + 1 + 15 + 2 + 1 bytes around the payload: 76 just fit into 96.
            Outcome tooLarge = deliver(tank, COMMAND, "x".repeat(77));
            deliver(tank, COMMAND, "y".repeat(76));
            assertThat(tooLarge.wasDelivered()).isFalse();
            assertThat(tank.hearsPacket()).startsWith("32 5E").endsWith(ascii("y".repeat(76)));
            tank.says(PINGREQ).hears(PINGRESP);
        }
    }
}
