/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.PubComp;
import dev.breakwater.protocol.mqtt.PubRec;
import dev.breakwater.protocol.mqtt.PubRel;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.StorageFull;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Windows, back-pressure and repeated messages, over a real TLS socket with a disk that is held.
 */
final class InboundPublishesTest {

    private static final int WINDOW = 3;
    private static final int BACKLOG_BYTES = Limit.STORE_BACKLOG_BYTES.lowest();

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene =
                new ChannelScene(
                        Map.of(
                                Limit.CHANNEL_INFLIGHT,
                                WINDOW,
                                Limit.STORE_BACKLOG_BYTES,
                                BACKLOG_BYTES));
        scene.topics.hold();
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource
    void listensToWhoeverKeepsToTheWindowHoweverLongTheDiskTakes(MqttVersion version)
            throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, version)) {
            tank.send(
                    RawDevice.telemetry(1, "a"),
                    RawDevice.telemetry(2, "b"),
                    exactlyOnce(false, 3, "c"),
                    new PingReq());
            assertThat(tank.receive()).isEqualTo(new PingResp());
            assertThat(scene.meters.get("breakwater.channel.pauses").counter().count()).isZero();
        }
    }

    /** [MQTT-3.3.4-9]: the server answers with 0x93. */
    @Test
    void tellsVersion5ThatItExceedsTheWindow() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(
                    RawDevice.telemetry(1, "a"),
                    exactlyOnce(false, 2, "b"),
                    RawDevice.telemetry(3, "c"),
                    RawDevice.telemetry(4, "too many"));
            assertThat(tank.receive())
                    .isEqualTo(new Disconnect(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED));
            assertThat(tank.untilClosed()).isEmpty();
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.PROTOCOL_VIOLATED.code());
            assertThat(scene.counted(RefusalReason.PROTOCOL_VIOLATED)).isEqualTo(1);
            assertThat(scene.topics.waiting()).isEqualTo(WINDOW);
        }
    }

    /** QoS 1 counts until PUBACK, QoS 2 until PUBCOMP, QoS 0 never (MQTT 5.0 section 4.9). */
    @Test
    void countsExactlyWhatIsUnacknowledged() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(exactlyOnce(false, 1, "a"), RawDevice.telemetry(2, "b"));
            scene.topics.next().durable();
            scene.topics.next().durable();
            assertThat(tank.receive()).isEqualTo(new PubRec(1));
            assertThat(tank.receive()).isEqualTo(new PubAck(2));
            // One place is the QoS 2 message's still, which leaves two.
            tank.send(
                    RawDevice.telemetry(2, "c"),
                    Publish.atMostOnce(TopicName.of("me/telemetry"), new byte[0]),
                    RawDevice.telemetry(3, "d"),
                    new PingReq());
            for (int i = 0; i < 3; i++) {
                scene.topics.next().durable();
            }
            assertThat(tank.receive()).isIn(new PubAck(2), new PingResp());
            tank.send(new PubRel(1));
            untilReceived(tank, new PubComp(1));
            tank.send(
                    RawDevice.telemetry(4, "e"),
                    RawDevice.telemetry(5, "f"),
                    RawDevice.telemetry(6, "g"),
                    new PingReq());
            untilReceived(tank, new PingResp());
        }
    }

    /** Version 3.1.1 has no number to exceed: its own socket fills instead. */
    @Test
    void readsNoMoreFromVersion311ThatExceedsTheWindow() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V3_1_1)) {
            tank.send(
                    RawDevice.telemetry(1, "a"),
                    RawDevice.telemetry(2, "b"),
                    RawDevice.telemetry(3, "c"),
                    RawDevice.telemetry(4, "d"),
                    new PingReq(),
                    RawDevice.telemetry(5, "e"));
            HeldTopics.Held a = scene.topics.next();
            for (int i = 0; i < WINDOW; i++) {
                scene.topics.next();
            }
            a.durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(1));
            // It waited behind the message that exceeded the window.
            assertThat(tank.receive()).isEqualTo(new PingResp());
            assertThat(scene.topics.next().text()).isEqualTo("e");
            assertThat(scene.meters.get("breakwater.channel.pauses").counter().count())
                    .isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void readsNoMoreFromWhoeverSendsWhileTooMuchWaitsInAll() throws Exception {
        ChannelScene.Enrolled other = scene.enroll("tank-2");
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5);
                RawDevice calm = RawDevice.connect(scene, other, MqttVersion.V5)) {
            scene.backlog.add(BACKLOG_BYTES);
            tank.send(RawDevice.telemetry(1, "a"), RawDevice.telemetry(2, "b"));
            HeldTopics.Held a = scene.topics.next();
            // Whoever sends nothing is not affected.
            calm.send(new PingReq());
            assertThat(calm.receive()).isEqualTo(new PingResp());
            a.durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(1));
            assertThat(scene.topics.waiting()).isZero();
            assertThat(scene.backlog.waiting()).isEqualTo(1);

            scene.backlog.done(BACKLOG_BYTES / 2);

            assertThat(scene.topics.next().text()).isEqualTo("b");
            assertThat(scene.backlog.waiting()).isZero();
        }
    }

    @Test
    void forgetsWhoLeavesWhileItWaitsForTheBacklog() throws Exception {
        scene.backlog.add(BACKLOG_BYTES);
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.publish(1, "a");
            scene.topics.next();
            // The same device again ends the session that waits.
            try (RawDevice again = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
                assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
                again.send(new PingReq());
                assertThat(again.receive()).isEqualTo(new PingResp());
                assertThat(scene.backlog.waiting()).isZero();
            }
        }
    }

    @Test
    void tellsVersion5ThatTheDiskIsFullAndGoesOn() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.publish(1, "a");
            scene.topics.next().completion().failed(full());
            assertThat(((PubAck) tank.receive()).reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.STORAGE_FULL.code());
            assertThat(scene.counted(RefusalReason.STORAGE_FULL)).isEqualTo(1);
            tank.publish(2, "b");
            scene.topics.next().durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(2));
        }
    }

    @Test
    void closesVersion311WhenTheDiskIsFull() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V3_1_1)) {
            tank.publish(1, "a");
            scene.topics.next().completion().failed(full());
            assertThat(tank.untilClosed()).isEmpty();
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.STORAGE_FULL.code());
        }
    }

    @ParameterizedTest
    @EnumSource
    void acknowledgesAndDoesNotStoreWhatWasStoredBefore(MqttVersion version) throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, version)) {
            tank.send(again(7, "stored"), exactlyOnce(true, 8, "stored"), again(9, "lost"));
            scene.topics
                    .nextRecall()
                    .durable((topic, id, payload) -> text(payload).equals("stored"));
            assertThat(tank.receive()).isEqualTo(new PubAck(7));
            assertThat(tank.receive()).isEqualTo(new PubRec(8));
            HeldTopics.Held lost = scene.topics.next();
            assertThat(lost.text()).isEqualTo("lost");
            lost.durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(9));
            assertThat(scene.topics.waiting()).isZero();
            assertThat(scene.meters.get("breakwater.channel.repeats").counter().count())
                    .isEqualTo(2);
        }
    }

    @Test
    void handsNothingOnBeforeItKnowsWhatWasStored() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(again(1, "first"), RawDevice.telemetry(2, "second"), new PingReq());
            assertThat(tank.receive()).isEqualTo(new PingResp());
            assertThat(scene.topics.waiting()).isZero();
            scene.topics.nextRecall().durable((topic, id, payload) -> false);
            assertThat(scene.topics.next().text()).isEqualTo("first");
            assertThat(scene.topics.next().text()).isEqualTo("second");
        }
    }

    @Test
    void storesARepeatedMessageAgainWhenNothingCanBeRecalled() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(again(1, "perhaps stored"));
            scene.topics.nextRecall().failed(new StorageUnavailable("no reader"));
            scene.topics.next().durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(1));
        }
    }

    private static void untilReceived(RawDevice device, Object packet) throws IOException {
        Object next;
        do {
            next = device.receive();
            assertThat(next).isNotInstanceOf(Disconnect.class);
        } while (!next.equals(packet));
    }

    private static StorageFull full() {
        return new StorageFull(new SQLException("database or disk is full"));
    }

    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }

    private static Publish again(int packetId, String text) {
        return message(true, QualityOfService.AT_LEAST_ONCE, packetId, text);
    }

    private static Publish exactlyOnce(boolean duplicate, int packetId, String text) {
        return message(duplicate, QualityOfService.EXACTLY_ONCE, packetId, text);
    }

    private static Publish message(
            boolean duplicate, QualityOfService qos, int packetId, String text) {
        return new Publish(
                duplicate,
                qos,
                false,
                TopicName.of("me/telemetry"),
                packetId,
                MqttProperties.EMPTY,
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
