/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttPacket;
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
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.OutboundMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session does with packets, over a real TLS socket. */
class MqttSessionTest {

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene();
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource
    void acknowledgesOnlyWhatIsDurable(MqttVersion version) throws Exception {
        scene.topics.hold();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, version)) {
            tank.publish(7, "first");
            HeldTopics.Held first = scene.topics.next();
            tank.send(new PingReq());
            assertThat(tank.receive()).isEqualTo(new PingResp());
            first.durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(7));
        }
    }

    @Test
    void acknowledgesInTheOrderOfArrivalWhateverTheStoreFinishesFirst() throws Exception {
        scene.topics.hold();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(
                    RawDevice.telemetry(1, "a"), exactlyOnce(2, "b"), RawDevice.telemetry(3, "c"));
            HeldTopics.Held a = scene.topics.next();
            HeldTopics.Held b = scene.topics.next();
            HeldTopics.Held c = scene.topics.next();
            c.durable();
            b.durable();
            tank.send(new PingReq());
            assertThat(tank.receive()).isEqualTo(new PingResp());
            a.durable();
            assertThat(List.of(tank.receive(), tank.receive(), tank.receive()))
                    .containsExactly(new PubAck(1), new PubRec(2), new PubAck(3));
        }
    }

    @Test
    void tellsVersion5ThatNothingWasStored() throws Exception {
        scene.topics.hold();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.publish(1, "a");
            scene.topics.next().completion().failed(new StorageUnavailable("disk full"));
            assertThat(((PubAck) tank.receive()).reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", "storage-unavailable")
                    .containsEntry("why", "disk full");
            tank.publish(2, "b");
            scene.topics.next().durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(2));
        }
    }

    @Test
    void neverAcknowledgesFalselyToVersion311() throws Exception {
        scene.topics.hold();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V3_1_1)) {
            tank.send(RawDevice.telemetry(1, "a"), RawDevice.telemetry(2, "b"));
            HeldTopics.Held a = scene.topics.next();
            scene.topics.next().durable();
            a.completion().failed(new StorageUnavailable("disk full"));
            assertThat(tank.untilClosed()).isEmpty();
        }
    }

    @Test
    void refusesTopicsOutsideTheProfileWithTheReason() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(
                    Publish.atLeastOnce(1, TopicName.of("them/telemetry"), new byte[0]),
                    RawDevice.telemetry(2, "unacceptable"),
                    RawDevice.telemetry(3, "good"));
            assertThat(((PubAck) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
            assertThat(((PubAck) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            assertThat(tank.receive()).isEqualTo(new PubAck(3));
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", "topic-refused")
                    .containsEntry("topic", "them/telemetry")
                    .containsEntry("serial", "tank-1");
            assertThat(scene.counted(RefusalReason.TOPIC_REFUSED)).isEqualTo(1);
        }
    }

    @Test
    void closesVersion311OnARefusedTopic() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V3_1_1)) {
            tank.send(Publish.atLeastOnce(1, TopicName.of("them/telemetry"), new byte[0]));
            assertThat(tank.untilClosed()).isEmpty();
        }
    }

    @Test
    void takesAQos2MessageOnceHoweverOftenItComes() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(exactlyOnce(9, "once"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
            tank.send(exactlyOnce(9, "once"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
            tank.send(new PubRel(9));
            assertThat(tank.receive()).isEqualTo(new PubComp(9));
            tank.send(new PubRel(9));
            assertThat(((PubComp) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            assertThat(scene.topics.next().text()).isEqualTo("once");
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    @Test
    void grantsItsOwnTopicsAndRefusesAllOthers() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(
                    new Subscribe(
                            1,
                            List.of(
                                    subscription("me/commands/+"),
                                    subscription("me/#"),
                                    subscription("#"),
                                    subscription("+/commands/+"),
                                    subscription("$SYS/#"),
                                    subscription("me/../x"),
                                    subscription("$share/all/me/#"))));
            assertThat(((SubAck) tank.receive()).reasonCodes())
                    .containsExactly(
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.TOPIC_FILTER_INVALID,
                            ReasonCode.TOPIC_FILTER_INVALID,
                            ReasonCode.TOPIC_FILTER_INVALID,
                            ReasonCode.TOPIC_FILTER_INVALID,
                            ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED);
            assertThat(scene.topics.nextCaughtUp().id()).isEqualTo(scene.tank.id());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AT_MOST_ONCE", "AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void deliversAndTellsWhatBecameOfIt(QualityOfService qos) throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            Outcome unsubscribed = new Outcome();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), unsubscribed);
            assertThat(unsubscribed.wasDelivered()).isFalse();
            tank.send(
                    new Subscribe(
                            1, List.of(new Subscription(TopicFilter.of("me/commands/+"), qos))));
            assertThat(tank.receive()).isInstanceOf(SubAck.class);
            Outcome outcome = new Outcome();
            session()
                    .deliver(
                            new OutboundMessage(
                                    "me/commands/1", "feed".getBytes(StandardCharsets.UTF_8)),
                            outcome);
            Publish command = (Publish) tank.receive();
            assertThat(command.qos()).isEqualTo(qos);
            assertThat(new String(command.payloadBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("feed");
            switch (qos) {
                case AT_MOST_ONCE -> {}
                case AT_LEAST_ONCE -> tank.send(new PubAck(command.packetId()));
                case EXACTLY_ONCE -> {
                    tank.send(new PubRec(command.packetId()));
                    assertThat(tank.receive()).isEqualTo(new PubRel(command.packetId()));
                    tank.send(new PubComp(command.packetId()));
                }
            }
            assertThat(outcome.wasDelivered()).isTrue();
        }
    }

    @Test
    void tellsThatAnUnacknowledgedMessageIsUndelivered() throws Exception {
        Outcome outcome = new Outcome();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(new Subscribe(1, List.of(subscription("me/commands/+"))));
            assertThat(tank.receive()).isInstanceOf(SubAck.class);
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
            assertThat(tank.receive()).isInstanceOf(Publish.class);
        }
        assertThat(outcome.wasDelivered()).isFalse();
    }

    @Test
    void saysFarewellToTheSessionThatIsTakenOver() throws Exception {
        try (RawDevice before = RawDevice.connect(scene, scene.tank, MqttVersion.V5);
                RawDevice after = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            assertThat(before.receive()).isEqualTo(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
            assertThat(before.untilClosed()).isEmpty();
            after.send(new PingReq());
            assertThat(after.receive()).isEqualTo(new PingResp());
            assertThat(scene.sessions.count()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SUSPENDED", "QUARANTINED", "REVOKED"})
    void endsTheSessionOfADeviceThatIsTakenOff(DeviceStatus status) throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            scene.change(scene.tank, status);
            MqttPacket farewell = tank.receive();
            assertThat(farewell).isEqualTo(new Disconnect(ReasonCode.ADMINISTRATIVE_ACTION));
            assertThat(tank.untilClosed()).isEmpty();
        }
    }

    @Test
    void takesNothingAfterTheFarewell() throws Exception {
        scene.topics.hold();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.publish(1, "before");
            HeldTopics.Held before = scene.topics.next();
            scene.change(scene.tank, DeviceStatus.REVOKED);
            assertThat(tank.receive()).isInstanceOf(Disconnect.class);
            before.durable();
            assertThat(tank.untilClosed()).isEmpty();
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    private dev.breakwater.server.session.DeviceSession session() {
        return scene.sessions.of(scene.tank.id()).orElseThrow();
    }

    private static Subscription subscription(String filter) {
        return new Subscription(TopicFilter.of(filter), QualityOfService.AT_LEAST_ONCE);
    }

    private static Publish exactlyOnce(int packetId, String text) {
        return new Publish(
                false,
                QualityOfService.EXACTLY_ONCE,
                false,
                TopicName.of("me/telemetry"),
                packetId,
                MqttProperties.EMPTY,
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
