/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
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
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.OutboundMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices that do not read, or do not acknowledge, or get what has lost its meaning. */
class SlowConsumerTest {

    @SuppressWarnings("NullAway.Init") // each test opens it with limits of its own
    private ChannelScene scene;

    private void open(Map<Limit, Integer> limits) throws IOException {
        scene = new ChannelScene(limits);
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @Test
    void closesADeviceThatReadsNothingThoughItsBytesWouldFit() throws Exception {
        open(Map.of(Limit.CHANNEL_UNREAD_SECONDS, 1, Limit.CHANNEL_OUTBOUND_BYTES, 67_108_864));
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            subscribe(tank, QualityOfService.AT_MOST_ONCE);
            // More than every buffer between here and a device that reads nothing.
            for (int i = 0; i < 400; i++) {
                session()
                        .deliver(
                                new OutboundMessage("me/commands/1", new byte[60_000]),
                                new Outcome());
            }
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.QUOTA_EXCEEDED.code())
                    .containsEntry("limit", "channel-unread-seconds");
            assertThat(scene.counted(RefusalReason.QUOTA_EXCEEDED)).isEqualTo(1);
            assertThat(tank.untilClosed()).isNotEmpty();
            assertThat(scene.sessions.of(scene.tank.id())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void closesADeviceThatNeverAcknowledges(QualityOfService qos) throws Exception {
        open(Map.of(Limit.CHANNEL_UNACKNOWLEDGED_SECONDS, 1));
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            subscribe(tank, qos);
            Outcome outcome = new Outcome();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
            assertThat(tank.receive()).isInstanceOf(Publish.class);
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.QUOTA_EXCEEDED));
            assertThat(scene.nextRefusal().details())
                    .containsEntry("limit", "channel-unacknowledged-seconds");
            assertThat(scene.counted(RefusalReason.QUOTA_EXCEEDED)).isEqualTo(1);
            assertThat(outcome.wasDelivered()).isFalse();
        }
    }

    /** The message is the device's from PUBREC on; only its packet id is still owed. */
    @Test
    void closesADeviceThatNeverCompletesButCountsItsMessageAsDelivered() throws Exception {
        open(Map.of(Limit.CHANNEL_UNACKNOWLEDGED_SECONDS, 1));
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            subscribe(tank, QualityOfService.EXACTLY_ONCE);
            Outcome outcome = new Outcome();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
            int id = ((Publish) tank.receive()).packetId();
            tank.send(new PubRec(id));
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.QUOTA_EXCEEDED));
            assertThat(outcome.wasDelivered()).isTrue();
        }
    }

    @Test
    void keepsADeviceThatOwesNothing() throws Exception {
        open(Map.of(Limit.CHANNEL_UNACKNOWLEDGED_SECONDS, 1));
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5);
                RawDevice debtor =
                        RawDevice.connect(scene, scene.enroll("debtor"), MqttVersion.V5)) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            Outcome outcome = new Outcome();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
            tank.send(new PubAck(((Publish) tank.receive()).packetId()));
            assertThat(outcome.wasDelivered()).isTrue();
            subscribe(debtor, QualityOfService.AT_LEAST_ONCE);
            scene.sessions.all().stream()
                    .filter(session -> !session.deviceId().equals(scene.tank.id()))
                    .forEach(
                            session ->
                                    session.deliver(
                                            new OutboundMessage("me/commands/1", new byte[0]),
                                            new Outcome()));
            assertThat(debtor.receive()).isInstanceOf(Publish.class);
            // The debtor's time began later and is up: so is the tank's, if it had any.
            assertThat(debtor.receive()).isEqualTo(new Disconnect(ReasonCode.QUOTA_EXCEEDED));
            tank.send(new PingReq());
            assertThat(tank.receive()).isEqualTo(new PingResp());
        }
    }

    @Test
    void endsAnExchangeThatTheDeviceDoesNotKnow() throws Exception {
        open(Map.of(Limit.CHANNEL_INFLIGHT, 1));
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            subscribe(tank, QualityOfService.EXACTLY_ONCE);
            Outcome refused = new Outcome();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), refused);
            int id = ((Publish) tank.receive()).packetId();
            tank.send(new PubRec(id, ReasonCode.QUOTA_EXCEEDED, MqttProperties.EMPTY));
            assertThat(refused.wasDelivered()).isFalse();
            Outcome forgotten = new Outcome();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), forgotten);
            id = ((Publish) tank.receive()).packetId();
            tank.send(new PubRec(id));
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            tank.send(
                    new PubComp(id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, MqttProperties.EMPTY));
            assertThat(forgotten.wasDelivered()).isTrue();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), new Outcome());
            assertThat(tank.receive()).isInstanceOf(Publish.class);
        }
    }

    @Test
    void tellsHowLongAMessageLivesAndWhereToReply() throws Exception {
        open(Map.of());
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            session()
                    .deliver(
                            new OutboundMessage(
                                    "me/commands/1",
                                    new byte[0],
                                    Optional.of(Instant.now().plusSeconds(600)),
                                    Optional.of("me/commands/1/reply")),
                            new Outcome());
            MqttProperties properties = ((Publish) tank.receive()).properties();
            assertThat(properties.get(MqttProperty.MESSAGE_EXPIRY_INTERVAL_SECONDS).orElseThrow())
                    .isBetween(550L, 600L);
            assertThat(properties.get(MqttProperty.RESPONSE_TOPIC))
                    .contains(TopicName.of("me/commands/1/reply"));
        }
    }

    @Test
    void neverSendsWhatHasExpired() throws Exception {
        open(Map.of());
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V3_1_1)) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            Outcome outcome = new Outcome();
            session()
                    .deliver(
                            new OutboundMessage(
                                    "me/commands/1",
                                    new byte[0],
                                    Optional.of(Instant.now().minusSeconds(1)),
                                    Optional.empty()),
                            outcome);
            assertThat(outcome.wasDelivered()).isFalse();
        }
    }

    private DeviceSession session() {
        return scene.sessions.of(scene.tank.id()).orElseThrow();
    }

    private static void subscribe(RawDevice device, QualityOfService qos) throws IOException {
        device.send(
                new Subscribe(1, List.of(new Subscription(TopicFilter.of("me/commands/+"), qos))));
        assertThat(device.receive()).isInstanceOf(SubAck.class);
    }
}
