/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.OutboundMessage;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever still answers where another has taken their place is one of two with the same key. */
class TakeoverQuestionTest {

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        Map<Limit, Integer> limits = new HashMap<>(ChannelScene.GENEROUS);
        limits.put(Limit.CHANNEL_TAKEOVER_SECONDS, 1);
        scene = new ChannelScene(limits);
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource
    void quarantinesADeviceWhoseConnectionAnswersAfterItWasTakenOver(MqttVersion version)
            throws Exception {
        try (RawDevice original = connect(version, Topics.TAKEOVERS, 1);
                RawDevice copy = RawDevice.connect(scene, scene.tank, version)) {
            original.send(new PubAck(question(original).packetId()));

            assertThat(original.untilClosed()).isNotNull();
            assertThat(copy.untilClosed()).isNotNull();
            assertThat(status()).isEqualTo(DeviceStatus.QUARANTINED);
            assertThat(scene.sessions.of(scene.tank.id())).isEmpty();
        }
        try (RawDevice again = RawDevice.dial(scene.port(), scene.tank.identity(), version)) {
            again.send(new Connect(version, true, 60, ""));
            assertThat(((ConnAck) again.receive()).reasonCode().isFailure()).isTrue();
        }
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.DEVICE_QUARANTINED.code());
        assertThat(scene.counted(RefusalReason.DEVICE_QUARANTINED)).isOne();
    }

    @Test
    void tellsBothThatTheyAreQuarantined() throws Exception {
        try (RawDevice original = connect(MqttVersion.V5, Topics.TAKEOVERS, 1);
                RawDevice copy = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            original.send(new PubAck(question(original).packetId()));
            assertGoes(original, FarewellReason.DEVICE_QUARANTINED);
            assertGoes(copy, FarewellReason.DEVICE_QUARANTINED);
        }
    }

    /**
     * A device that lost its power or its address: the old connection stands and nobody is there.
     */
    @Test
    void leavesADeviceInPeaceWhoseOldConnectionIsSilent() throws Exception {
        try (RawDevice halfOpen = connect(MqttVersion.V5, Topics.TAKEOVERS, 1);
                RawDevice back = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            assertThat(question(halfOpen)).isNotNull();
            assertGoes(halfOpen, FarewellReason.TAKEN_OVER);
            assertStays(back);
        }
    }

    /** What was under way before the device lost its connection, and arrives when it is back. */
    @Test
    void takesNoLateAcknowledgementForAnAnswer() throws Exception {
        try (RawDevice before = connect(MqttVersion.V5, Topics.TAKEOVERS, 1)) {
            subscribe(before, Topics.COMMANDS_FILTER, 1);
            DeviceSession session = scene.sessions.of(scene.tank.id()).orElseThrow();
            Outcome outcome = new Outcome();
            session.deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
            Publish command = (Publish) before.receive();
            try (RawDevice back = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
                assertThat(question(before).packetId()).isNotEqualTo(command.packetId());
                before.send(new PingReq(), new PubAck(command.packetId()));
                assertGoes(before, FarewellReason.TAKEN_OVER);
                assertThat(outcome.wasDelivered()).isFalse();
                assertStays(back);
            }
        }
    }

    @Test
    void handsOnNothingOfAConnectionThatIsAsked() throws Exception {
        try (RawDevice original = connect(MqttVersion.V5, Topics.TAKEOVERS, 1);
                RawDevice copy = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            assertThat(question(original)).isNotNull();
            original.publish(1, "stale");
            copy.publish(1, "fresh");
            assertThat(scene.topics.next().text()).isEqualTo("fresh");
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    /** A stock client that takes all topics, or does not acknowledge, has not asked to be asked. */
    @Test
    void asksNobodyWhoHasNotAskedForIt() throws Exception {
        for (RawDevice stock :
                List.of(
                        connect(MqttVersion.V5, "me/#", 1),
                        connect(MqttVersion.V5, Topics.TAKEOVERS, 0))) {
            try (stock;
                    RawDevice next = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
                assertGoes(stock, FarewellReason.TAKEN_OVER);
                assertStays(next);
            }
        }
    }

    private RawDevice connect(MqttVersion version, String filter, int qos) throws IOException {
        RawDevice raw = RawDevice.connect(scene, scene.tank, version);
        subscribe(raw, filter, qos);
        return raw;
    }

    private static void subscribe(RawDevice raw, String filter, int qos) throws IOException {
        QualityOfService level =
                qos == 0 ? QualityOfService.AT_MOST_ONCE : QualityOfService.AT_LEAST_ONCE;
        raw.send(new Subscribe(7, List.of(new Subscription(TopicFilter.of(filter), level))));
        assertThat(((SubAck) raw.receive()).reasonCodes().getFirst().isFailure()).isFalse();
    }

    private static Publish question(RawDevice raw) throws IOException {
        Publish question = (Publish) raw.receive();
        assertThat(question.topic().text()).isEqualTo(Topics.TAKEOVERS);
        assertThat(question.qos()).isEqualTo(QualityOfService.AT_LEAST_ONCE);
        return question;
    }

    private static void assertGoes(RawDevice raw, FarewellReason why) throws IOException {
        MqttPacket last = raw.receive();
        assertThat(last).isInstanceOf(Disconnect.class);
        assertThat(((Disconnect) last).reasonCode()).isEqualTo(MqttReasons.of(why));
    }

    private void assertStays(RawDevice raw) throws IOException {
        raw.send(new PingReq());
        assertThat(raw.receive()).isInstanceOf(PingResp.class);
        assertThat(status()).isEqualTo(DeviceStatus.ACTIVE);
        assertThat(scene.hasNoMoreRefusals()).isTrue();
    }

    private DeviceStatus status() {
        return scene.registry
                .device(scene.registry.organization, scene.tank.id())
                .orElseThrow()
                .status();
    }
}
