/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static dev.breakwater.server.channel.HexDevice.ascii;
import static dev.breakwater.server.channel.HexDevice.packet;
import static dev.breakwater.server.channel.HexDevice.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.OutboundMessage;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What nobody sends by mistake. Each line says what is sent, what comes back, and as what it is
 * recorded; whatever else was announced is not waited for, so the cost is bounded by the bytes that
 * stand here. Floods stand in {@code SheddingTest} and {@code ChannelGatesTest}, slow readers in
 * {@link SessionEndTest}, frames in {@link WebSocketTest}.
 */
class HostileInputTest {

    private static final int PACKET_BYTES_MAX = 135_168;

    private static ChannelScene scene;

    @BeforeAll
    static void openChannel() throws IOException {
        scene =
                new ChannelScene(
                        Map.of(
                                Limit.CHANNEL_PACKET_BYTES,
                                PACKET_BYTES_MAX,
                                Limit.CHANNEL_INFLIGHT,
                                8,
                                Limit.CHANNEL_CONNECT_SECONDS,
                                1));
    }

    @AfterAll
    static void closeChannel() {
        scene.close();
    }

    /**
     * @param hears all that the server says before it closes
     */
    record Hostile(String what, String says, String hears, RefusalReason reason) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Hostile before(String what, String says, String hears, RefusalReason reason) {
        return new Hostile(what, says, hears, reason);
    }

    private static Hostile within(String what, String says, String code, RefusalReason reason) {
        return new Hostile(what, says, "E0 01 " + code, reason);
    }

    /** A PUBLISH of QoS 0 with this topic. */
    private static String publish(String topic) {
        return packet("30", topic, "00", ascii("x"));
    }

    private static String userProperties(int count) {
        return "26 00 00 00 00 ".repeat(count);
    }

    static Stream<Hostile> beforeConnect() {
        String connect = text("MQTT") + " 05 02 00 3C ";
        // It takes packets of 5 bytes at most, so the answer has no words.
        String will = text("MQTT") + " 05 06 00 3C 05 27 00 00 00 05 00 00 00 ";
        return Stream.of(
                before(
                        "another packet of 256 MiB first",
                        "30 FF FF FF 7F",
                        "",
                        RefusalReason.CONNECT_NOT_FIRST),
                before("CONNECT of 256 MiB", "10 FF FF FF 7F", "", RefusalReason.PACKET_TOO_LARGE),
                before(
                        "remaining length of five bytes",
                        "10 FF FF FF FF",
                        "",
                        RefusalReason.PACKET_MALFORMED),
                before(
                        "remaining length that could be shorter",
                        "10 8D 00",
                        "",
                        RefusalReason.PACKET_MALFORMED),
                before(
                        "property length of five bytes",
                        packet("10", connect, "80 80 80 80 01 00 00"),
                        "",
                        RefusalReason.PACKET_MALFORMED),
                before(
                        "properties longer than their packet",
                        packet("10", connect, "7F 00 00"),
                        "",
                        RefusalReason.PACKET_MALFORMED),
                before(
                        "60,000 user properties",
                        // 300,000 bytes of them are announced; the header is enough.
                        "10 EF A7 12 " + connect + "E0 A7 12 " + userProperties(10),
                        "",
                        RefusalReason.PACKET_TOO_LARGE),
                before(
                        "as many user properties as fit",
                        packet("10", connect, "EB 1F", userProperties(815), "00 00"),
                        "",
                        RefusalReason.QUOTA_EXCEEDED),
                before(
                        "will outside of me/",
                        packet("10", will, text("them/telemetry"), "00 00"),
                        "20 03 00 90 00",
                        RefusalReason.TOPIC_REFUSED),
                before(
                        "will with a wildcard",
                        packet("10", will, text("me/#"), "00 00"),
                        "",
                        RefusalReason.TOPIC_REFUSED));
    }

    static Stream<Hostile> withinASession() {
        return Stream.concat(publishes(), otherPackets());
    }

    private static Stream<Hostile> publishes() {
        String telemetry = text("me/telemetry");
        RefusalReason malformed = RefusalReason.PACKET_MALFORMED;
        RefusalReason violated = RefusalReason.PROTOCOL_VIOLATED;
        RefusalReason topic = RefusalReason.TOPIC_REFUSED;
        return Stream.of(
                within("packet of 256 MiB", "30 FF FF FF 7F", "95", RefusalReason.PACKET_TOO_LARGE),
                within("remaining length of five bytes", "30 80 80 80 80", "81", malformed),
                within(
                        "property length of five bytes",
                        packet("30", telemetry, "80 80 80 80 01"),
                        "81",
                        malformed),
                within(
                        "26,000 user properties in one packet",
                        packet("30", telemetry, "D0 F7 07", userProperties(26_000)),
                        "97",
                        RefusalReason.QUOTA_EXCEEDED),
                within("topic alias 0", packet("30", telemetry, "03 23 00 00"), "94", violated),
                within(
                        "topic alias out of range",
                        packet("30", telemetry, "03 23 FF FF"),
                        "94",
                        violated),
                within("topic with +", publish(text("me/+")), "90", topic),
                within("topic with #", publish(text("#")), "90", topic),
                within("topic with U+0000", publish(text("me/\0telemetry")), "81", malformed),
                within("topic in overlong UTF-8", publish("00 04 6D 65 C0 AF"), "81", malformed),
                within("topic with a surrogate", publish("00 03 ED A0 80"), "81", malformed),
                within("topic of 257 bytes", publish(text("me/" + "x".repeat(254))), "90", topic),
                within("topic of nine levels", publish(text("me/1/2/3/4/5/6/7/8")), "90", topic),
                within("topic of nothing", publish("00 00"), "82", violated),
                within("topic longer than its packet", "30 04 FF FF 61 61", "81", malformed),
                within(
                        "text that is none",
                        packet("30", telemetry, "02 01 01", "FF"),
                        "99",
                        RefusalReason.PAYLOAD_REFUSED));
    }

    private static Stream<Hostile> otherPackets() {
        RefusalReason malformed = RefusalReason.PACKET_MALFORMED;
        RefusalReason violated = RefusalReason.PROTOCOL_VIOLATED;
        return Stream.of(
                within(
                        "more filters than taken",
                        packet("82", "00 01 00", (text("me/#") + "00 ").repeat(51)),
                        "97",
                        RefusalReason.QUOTA_EXCEEDED),
                within("SUBSCRIBE of nothing", "82 03 00 01 00", "82", violated),
                within(
                        "subscription identifier 0",
                        packet("82", "00 01 02 0B 00", text("me/#"), "00"),
                        "82",
                        violated),
                within(
                        "subscription identifier",
                        packet("82", "00 01 02 0B 01", text("me/#"), "00"),
                        "A1",
                        violated),
                within("PUBACK for nothing", "40 02 00 07", "82", violated),
                within("PUBCOMP for nothing", "70 02 00 07", "82", violated),
                within("word of a server", "E0 01 8B", "81", malformed),
                within(
                        "session kept that was to end",
                        "E0 07 00 05 11 00 00 00 3C",
                        "82",
                        violated));
    }

    @ParameterizedTest
    @MethodSource
    void beforeConnect(Hostile hostile) throws Exception {
        double before = counted(hostile.reason());
        try (HexDevice tank = HexDevice.dial(scene, serial(hostile))) {
            tank.says(hostile.says());
            assertEnded(tank, hostile, before);
        }
    }

    @ParameterizedTest
    @MethodSource
    void withinASession(Hostile hostile) throws Exception {
        double before = counted(hostile.reason());
        try (HexDevice tank = HexDevice.connect(scene, serial(hostile), MqttVersion.V5)) {
            tank.says(hostile.says());
            assertThat(assertEnded(tank, hostile, before).details())
                    .containsEntry("serial", serial(hostile));
        }
        try (HexDevice older =
                HexDevice.connect(scene, serial(hostile) + "-311", MqttVersion.V3_1_1)) {
            // In 3.1.1 the same bytes mean something else; whatever it is, others do not notice.
            older.says(hostile.says(), "00 00").hearsEnd();
            scene.nextRefusal();
        }
    }

    private static AuditEvent assertEnded(HexDevice tank, Hostile hostile, double before)
            throws Exception {
        tank.hearsEnd(hostile.hears());
        AuditEvent refusal = scene.nextRefusal();
        assertThat(refusal.details()).containsEntry("reason", hostile.reason().code());
        assertThat(counted(hostile.reason())).isEqualTo(before + 1);
        assertThat(scene.hasNoMoreRefusals()).isTrue();
        return refusal;
    }

    private static String serial(Hostile hostile) {
        return hostile.what().replaceAll("[^A-Za-z0-9]", "-");
    }

    private static double counted(RefusalReason reason) {
        Counter counter =
                scene.meters
                        .find("breakwater.refusals")
                        .tags("where", "channel", "reason", reason.code())
                        .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void wideAndForeignFiltersAreRefusedOneByOne() throws Exception {
        List<String> filters =
                List.of("#", "$SYS/#", "me/../x", "+/commands/+", "devices/tank-1/commands/+");
        double before = counted(RefusalReason.TOPIC_REFUSED);
        try (HexDevice tank = HexDevice.connect(scene, "curious", MqttVersion.V5)) {
            StringBuilder body = new StringBuilder("00 01 00");
            filters.forEach(filter -> body.append(' ').append(text(filter)).append("01"));
            tank.says(packet("82", body.toString())).hears("90 08 00 01 00 8F 8F 8F 8F 8F");
            tank.isServed();
        }
        for (String filter : filters) {
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.TOPIC_REFUSED.code())
                    .containsEntry("filter", filter);
        }
        assertThat(counted(RefusalReason.TOPIC_REFUSED)).isEqualTo(before + filters.size());
    }

    /** Whoever never acknowledges gets a window full and not one message more. */
    @Test
    void unacknowledgedMessagesFillAWindowAndNoMore() throws Exception {
        try (HexDevice tank = HexDevice.connect(scene, "mute", MqttVersion.V5)) {
            tank.says(packet("82", "00 01 00", text("me/commands/+"), "01"));
            tank.hears("90 04 00 01 00 01");
            DeviceSession session = scene.sessions.of(tank.device().id()).orElseThrow();
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Outcome outcome = new Outcome();
                session.deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
                outcomes.add(outcome);
            }
            for (int id = 1; id <= 8; id++) {
                tank.hears(packet("32", text("me/commands/1"), "00 %02X 00".formatted(id)));
            }
            tank.isServed();
            // As many again wait; those behind them are given back at once.
            for (Outcome beyond : outcomes.subList(16, 20)) {
                assertThat(beyond.wasDelivered()).isFalse();
            }
        }
    }

    /** Using an identifier that is still in use is the device's own confusion, and costs nobody. */
    @Test
    void reusedIdentifiersAreAnsweredOneByOne() throws Exception {
        try (ChannelScene held = new ChannelScene();
                HexDevice tank = HexDevice.connect(held, "confused", MqttVersion.V5)) {
            held.topics.hold();
            String same = packet("32", text("me/telemetry"), "00 01 00");
            tank.says(same, same);
            HeldTopics.Held first = held.topics.next();
            HeldTopics.Held second = held.topics.next();
            second.durable();
            tank.isServed();
            first.durable();
            tank.hears("40 02 00 01", "40 02 00 01").isServed();
        }
    }

    /** Slowloris: each byte in a TLS record of its own, and the last one never. */
    @Test
    void connectThatTricklesInIsNotWaitedFor() throws Exception {
        double before = counted(RefusalReason.CONNECT_TOO_LATE);
        byte[] connect = HexDevice.bytes(HexDevice.CONNECT_5);
        try (HexDevice patient = HexDevice.dial(scene, "patient");
                HexDevice slow = HexDevice.dial(scene, "slow")) {
            for (byte b : connect) {
                patient.says("%02X".formatted(b));
            }
            patient.hearsAccepted();
            for (int i = 0; i < connect.length - 1; i++) {
                slow.says("%02X".formatted(connect[i]));
            }
            slow.hearsEnd();
        }
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CONNECT_TOO_LATE.code());
        assertThat(counted(RefusalReason.CONNECT_TOO_LATE)).isEqualTo(before + 1);
    }
}
