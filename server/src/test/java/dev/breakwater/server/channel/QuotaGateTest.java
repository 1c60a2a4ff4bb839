/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.protocol.message.Notice;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.RetryAfter;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of a device that sends too much or comes too often, and of those beside it. */
class QuotaGateTest {

    private static final Map<Limit, Integer> STRICT =
            Map.of(
                    Limit.DEVICE_PUBLISHES_PER_SECOND, 20,
                    Limit.DEVICE_BYTES_PER_SECOND, 1_073_741_824,
                    Limit.DEVICE_BYTES_PER_SECOND_HIGHEST, 1_073_741_824,
                    Limit.DEVICE_BURST_SECONDS, 1,
                    Limit.DEVICE_TOLD_AFTER_SECONDS, 1,
                    Limit.DEVICE_CUT_AFTER_SECONDS, 2,
                    Limit.DEVICE_WAIT_LEAST_SECONDS, 600,
                    Limit.DEVICE_WAIT_MOST_SECONDS, 600);

    @Test
    void slowsADeviceAndTakesAllOfWhatItSent() throws Exception {
        try (ChannelScene scene =
                        new ChannelScene(with(STRICT, Limit.DEVICE_CUT_AFTER_SECONDS, 3_600));
                RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            long began = System.nanoTime();
            MqttPacket[] crowd = new MqttPacket[50];
            for (int i = 0; i < crowd.length; i++) {
                crowd[i] = RawDevice.telemetry(i + 1, "x");
            }
            tank.send(crowd);
            for (int i = 0; i < crowd.length; i++) {
                assertThat(tank.receive()).isEqualTo(new PubAck(i + 1));
            }
            // 20 at once and the last one overdrawn; the other 29 at 20 per second.
            assertThat(System.nanoTime() - began).isGreaterThan(1_400_000_000L);
            assertThat(steps(scene, "slowed", Quota.PUBLISHES_PER_SECOND)).isEqualTo(1);
        }
    }

    @Test
    void tellsADeviceThatSendsTooMuchAndThenCutsItOff() throws Exception {
        try (ChannelScene scene = new ChannelScene(STRICT);
                RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5);
                RawDevice calm = RawDevice.connect(scene, scene.enroll("calm-1"), MqttVersion.V5)) {
            tank.send(
                    new Subscribe(
                            1,
                            List.of(
                                    new Subscription(
                                            TopicFilter.of("me/#"),
                                            QualityOfService.AT_MOST_ONCE))));
            assertThat(tank.receive()).isInstanceOf(SubAck.class);
            CompletableFuture<Void> flood = flood(tank, reading());

            Publish notice = (Publish) tank.receive();
            assertThat(notice.topic().text()).isEqualTo(Topics.NOTICES);
            Notice words = MessageReader.forDevices().notice(notice.payloadBytes());
            assertThat(words.kind()).isEqualTo("quota-exceeded");
            assertThat(words.text()).contains("20 publishes per second");
            assertStep(scene, RefusalReason.MESSAGE_RATE_TOO_HIGH, "told");
            // Whoever keeps to the quota feels nothing of it.
            calm.publish(7, "all is well");
            assertThat(calm.receive()).isEqualTo(new PubAck(7));

            Disconnect farewell = (Disconnect) tank.receive();
            assertThat(farewell.reasonCode()).isEqualTo(ReasonCode.MESSAGE_RATE_TOO_HIGH);
            assertThat(RetryAfter.in(farewell.properties()))
                    .hasValueSatisfying(
                            wait ->
                                    assertThat(wait)
                                            .isBetween(
                                                    Duration.ofSeconds(590),
                                                    Duration.ofSeconds(751)));
            assertStep(scene, RefusalReason.MESSAGE_RATE_TOO_HIGH, "cut");
            assertThat(scene.counted(RefusalReason.MESSAGE_RATE_TOO_HIGH)).isEqualTo(2);
            assertThat(steps(scene, "told", Quota.PUBLISHES_PER_SECOND)).isEqualTo(1);
            assertThat(steps(scene, "cut", Quota.PUBLISHES_PER_SECOND)).isEqualTo(1);
            assertThat(flood).succeedsWithin(Duration.ofSeconds(10));
            assertThat(scene.sessions.of(scene.tank.id())).isEmpty();

            calm.send(new PingReq());
            assertThat(calm.receive()).isEqualTo(new PingResp());
            assertTurnedAway(scene, MqttVersion.V5);
        }
    }

    @Test
    void cutsOffAnOldDeviceWithoutAWordAndTurnsItAway() throws Exception {
        try (ChannelScene scene = new ChannelScene(STRICT);
                RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V3_1_1)) {
            CompletableFuture<Void> flood = flood(tank, reading());
            assertThat(tank.untilClosed()).isEmpty();
            assertStep(scene, RefusalReason.MESSAGE_RATE_TOO_HIGH, "told");
            assertStep(scene, RefusalReason.MESSAGE_RATE_TOO_HIGH, "cut");
            assertThat(flood).succeedsWithin(Duration.ofSeconds(10));
            assertTurnedAway(scene, MqttVersion.V3_1_1);
        }
    }

    @Test
    void countsBytesHoweverTheyArePacked() throws Exception {
        Map<Limit, Integer> narrow = with(STRICT, Limit.DEVICE_BYTES_PER_SECOND, 1_024);
        narrow.put(Limit.DEVICE_PUBLISHES_PER_SECOND, 1_000);
        narrow.put(Limit.TELEMETRY_PAYLOAD_BYTES, 128);
        try (ChannelScene scene = new ChannelScene(narrow);
                RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            // Each a TLS record of its own: two bytes of MQTT, more than ten times that on the
            // wire.
            CompletableFuture<Void> flood = flood(tank, new PingReq());
            assertThat(lastWord(tank).reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertStep(scene, RefusalReason.QUOTA_EXCEEDED, "told");
            assertStep(scene, RefusalReason.QUOTA_EXCEEDED, "cut");
            assertThat(flood).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void countsPings() throws Exception {
        try (ChannelScene scene = new ChannelScene(STRICT);
                RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            CompletableFuture<Void> flood = flood(tank, new PingReq());
            assertThat(lastWord(tank).reasonCode()).isEqualTo(ReasonCode.MESSAGE_RATE_TOO_HIGH);
            assertThat(flood).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void countsPingsOfWebSocket() throws Exception {
        try (ChannelScene scene = new ChannelScene(STRICT);
                RawDevice tank = RawDevice.connectByWebSocket(scene, scene.tank)) {
            byte[] ping = {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0};
            CompletableFuture<Void> flood = flood(() -> tank.sendBytes(ping));
            tank.untilClosed();
            assertStep(scene, RefusalReason.MESSAGE_RATE_TOO_HIGH, "told");
            assertStep(scene, RefusalReason.MESSAGE_RATE_TOO_HIGH, "cut");
            assertThat(flood).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void doesNotRefillABucketForWhoeverReconnects() throws Exception {
        Map<Limit, Integer> slow = with(STRICT, Limit.DEVICE_PUBLISHES_PER_SECOND, 1);
        slow.put(Limit.DEVICE_BURST_SECONDS, 60);
        slow.put(Limit.DEVICE_CUT_AFTER_SECONDS, 3_600);
        try (ChannelScene scene = new ChannelScene(slow)) {
            try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
                for (int i = 1; i <= 59; i++) {
                    tank.publish(i, "x");
                    assertThat(tank.receive()).isEqualTo(new PubAck(i));
                }
            }
            try (RawDevice again = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
                for (int i = 1; i <= 20; i++) {
                    again.send(new PingReq());
                }
                again.setPatience(Duration.ofSeconds(30));
                for (int i = 1; i <= 3; i++) {
                    assertThat(again.receive()).isEqualTo(new PingResp());
                }
                assertThat(steps(scene, "slowed", Quota.PUBLISHES_PER_SECOND)).isEqualTo(1);
            }
        }
    }

    @Test
    void turnsAwayADeviceThatConnectsTooOften() throws Exception {
        try (ChannelScene scene =
                new ChannelScene(with(STRICT, Limit.DEVICE_CONNECTS_AT_ONCE, 2))) {
            for (int i = 0; i < 2; i++) {
                RawDevice.connect(scene, scene.tank, MqttVersion.V5).close();
            }
            // One more a second is within the quota, so a slow machine may need some more.
            ConnAck answer = connAck(scene, MqttVersion.V5);
            for (int i = 0; i < 20 && !answer.reasonCode().isFailure(); i++) {
                answer = connAck(scene, MqttVersion.V5);
            }
            assertThat(answer.reasonCode()).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
            assertThat(RetryAfter.in(answer.properties()))
                    .hasValueSatisfying(
                            wait ->
                                    assertThat(wait)
                                            .isBetween(
                                                    Duration.ofSeconds(600),
                                                    Duration.ofSeconds(751)));
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.CONNECTION_RATE_EXCEEDED.code())
                    .containsEntry("wait-seconds", "600");
            assertThat(scene.counted(RefusalReason.CONNECTION_RATE_EXCEEDED)).isEqualTo(1);
            // Nobody else waits with it.
            RawDevice.connect(scene, scene.enroll("calm-1"), MqttVersion.V5).close();
        }
    }

    @Test
    void tellsAndKeepsWhatTheProductStates() throws Exception {
        try (ChannelScene scene = new ChannelScene()) {
            scene.registry.state(
                    new QuotaProfile(
                            Map.of(
                                    Quota.PAYLOAD_BYTES, 200,
                                    Quota.INFLIGHT, 7,
                                    Quota.SUBSCRIPTIONS, 1)));
            try (RawDevice tank =
                    RawDevice.dial(scene.port(), scene.tank.identity(), MqttVersion.V5)) {
                tank.send(new Connect(MqttVersion.V5, true, 60, ""));
                ConnAck terms = (ConnAck) tank.receive();
                assertThat(terms.properties().get(MqttProperty.RECEIVE_MAXIMUM)).contains(7);
                assertThat(terms.properties().get(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES))
                        .contains(200L + 4_096);

                tank.publish(1, "x".repeat(200));
                assertThat(tank.receive()).isEqualTo(new PubAck(1));
                tank.publish(2, "x".repeat(201));
                assertThat(((PubAck) tank.receive()).reasonCode())
                        .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
                assertThat(scene.nextRefusal().details())
                        .containsEntry("reason", RefusalReason.PAYLOAD_REFUSED.code())
                        .containsEntry("why", "a payload of 201 bytes; the product allows 200");

                assertThat(subscribe(tank, "me/commands/+")).isEqualTo(ReasonCode.GRANTED_QOS_1);
                assertThat(subscribe(tank, "me/#")).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            }
        }
    }

    /** The flood of KeyUpdates that makes a server derive keys for ever (as CVE-2020-24613). */
    @Test
    void endsAFloodOfKeyUpdates() throws Exception {
        try (ChannelScene scene = new ChannelScene();
                RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            CompletableFuture<Void> flood = flood(tank::askForNewKeys);
            tank.untilClosed();
            assertThat(flood).succeedsWithin(Duration.ofSeconds(10));
            RawDevice.connect(scene, scene.enroll("calm-1"), MqttVersion.V5).close();
        }
    }

    private static Map<Limit, Integer> with(Map<Limit, Integer> limits, Limit limit, int value) {
        Map<Limit, Integer> changed = new HashMap<>(limits);
        changed.put(limit, value);
        return changed;
    }

    /** Something a device can do again and again. */
    private interface Act {
        void again() throws IOException;
    }

    private static CompletableFuture<Void> flood(RawDevice device, MqttPacket packet) {
        return flood(() -> device.send(packet));
    }

    /** On and on, until the server ends it. */
    private static CompletableFuture<Void> flood(Act act) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                while (true) {
                                    act.again();
                                }
                            } catch (IOException closed) {
                                ended.complete(null);
                            }
                        });
        return ended;
    }

    /** A reading that nobody acknowledges. */
    private static Publish reading() {
        return Publish.atMostOnce(
                TopicName.of(Topics.TELEMETRY), "x".getBytes(StandardCharsets.UTF_8));
    }

    private static Disconnect lastWord(RawDevice device) throws IOException {
        MqttPacket packet = device.receive();
        while (!(packet instanceof Disconnect)) {
            packet = device.receive();
        }
        return (Disconnect) packet;
    }

    private static void assertStep(ChannelScene scene, RefusalReason reason, String step)
            throws InterruptedException {
        AuditEvent refusal = scene.nextRefusal();
        assertThat(refusal.details())
                .containsEntry("reason", reason.code())
                .containsEntry("step", step)
                .containsKeys("quota", "allowed", "slowed-seconds", "source");
    }

    private static double steps(ChannelScene scene, String step, Quota quota) {
        return scene.meters
                .get("breakwater.quota." + step)
                .tag("quota", quota.code())
                .counter()
                .count();
    }

    private static ConnAck connAck(ChannelScene scene, MqttVersion version) throws IOException {
        try (RawDevice again = RawDevice.dial(scene.port(), scene.tank.identity(), version)) {
            again.send(new Connect(version, true, 60, ""));
            return (ConnAck) again.receive();
        }
    }

    private static void assertTurnedAway(ChannelScene scene, MqttVersion version) throws Exception {
        ConnAck refused = connAck(scene, version);
        if (version == MqttVersion.V5) {
            assertThat(refused.reasonCode()).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
            assertThat(RetryAfter.in(refused.properties())).isPresent();
        } else {
            assertThat(refused.reasonCode()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        }
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CONNECTION_RATE_EXCEEDED.code());
    }

    private static ReasonCode subscribe(RawDevice device, String filter) throws IOException {
        device.send(
                new Subscribe(
                        3,
                        List.of(
                                new Subscription(
                                        TopicFilter.of(filter), QualityOfService.AT_LEAST_ONCE))));
        return ((SubAck) device.receive()).reasonCodes().getFirst();
    }
}
