/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How sessions end, and what becomes of what was under way. */
class SessionEndTest {

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene(Map.of(Limit.CHANNEL_OUTBOUND_BYTES, 65_536));
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @Test
    void publishesTheWillOfADeviceThatVanishes() throws Exception {
        try (RawDevice tank = connectWithWill(scene.tank)) {
            tank.publish(1, "before");
            assertThat(scene.topics.next().text()).isEqualTo("before");
        }
        assertThat(scene.topics.next().text()).isEqualTo("gone");
    }

    @Test
    void publishesTheWillOfADeviceThatBreaksTheProtocol() throws Exception {
        try (RawDevice tank = connectWithWill(scene.tank)) {
            // A second CONNECT.
            tank.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.PROTOCOL_ERROR));
            assertThat(scene.topics.next().text()).isEqualTo("gone");
        }
    }

    @Test
    void forgetsTheWillOfADeviceThatSaysGoodbye() throws Exception {
        try (RawDevice tank = connectWithWill(scene.tank)) {
            tank.send(new Disconnect(ReasonCode.SUCCESS));
            assertThat(tank.untilClosed()).isEmpty();
        }
        assertNoWill();
    }

    @Test
    void publishesTheWillOfADeviceThatAsksForItInItsGoodbye() throws Exception {
        try (RawDevice tank = connectWithWill(scene.tank)) {
            tank.send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
            assertThat(tank.untilClosed()).isEmpty();
            assertThat(scene.topics.next().text()).isEqualTo("gone");
        }
    }

    /** A revoked identity has no right to speak, not even its last word. */
    @Test
    void keepsTheWillOfARevokedDeviceUnsaid() throws Exception {
        try (RawDevice tank = connectWithWill(scene.tank)) {
            scene.change(scene.tank, DeviceStatus.REVOKED);
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.ADMINISTRATIVE_ACTION));
            assertThat(tank.untilClosed()).isEmpty();
        }
        assertNoWill();
    }

    /**
     * A socket that is closed while bytes arrive is reset: the device would fail at writing, and
     * never read what it was told.
     */
    @Test
    void tellsWhyEvenToADeviceThatIsTalking() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            scene.change(scene.tank, DeviceStatus.REVOKED);
            for (int i = 0; i < 100; i++) {
                tank.send(RawDevice.telemetry(1, "on and on"));
                LockSupport.parkNanos(Duration.ofMillis(3).toNanos());
            }
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.ADMINISTRATIVE_ACTION));
            assertThat(tank.untilClosed()).isEmpty();
        }
    }

    /** The device is there, on its new connection: "gone" would be false. */
    @Test
    void keepsTheWillOfATakenOverSessionUnsaid() throws Exception {
        try (RawDevice before = connectWithWill(scene.tank);
                RawDevice after = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            assertThat(before.receive()).isEqualTo(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
            assertThat(before.untilClosed()).isEmpty();
            after.publish(1, "here");
            assertThat(scene.topics.next().text()).isEqualTo("here");
        }
        assertNoWill();
    }

    /** Another device's message comes after any will that was on its way. */
    private void assertNoWill() throws Exception {
        ChannelScene.Enrolled witness = scene.enroll("witness");
        try (RawDevice other = RawDevice.connect(scene, witness, MqttVersion.V5)) {
            other.publish(1, "witness");
            assertThat(scene.topics.next().text()).isEqualTo("witness");
        }
    }

    @Test
    void endsASessionWhenItsCertificateDoes() throws Exception {
        Clock lastMonth =
                Clock.fixed(
                        Instant.now().minus(Duration.ofDays(30)).plusSeconds(2), ZoneOffset.UTC);
        DeviceId id = DeviceId.fresh();
        DeviceSerial serial = new DeviceSerial("old");
        TestIdentity ending = TestPki.create(lastMonth).device(id, serial);
        scene.registry.enroll(id, serial, ending.leaf(), 1);
        try (RawDevice tank =
                RawDevice.connect(
                        scene, new ChannelScene.Enrolled(id, serial, ending), MqttVersion.V5)) {
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.MAXIMUM_CONNECT_TIME));
        }
    }

    @Test
    void closesADeviceThatReadsTooSlowly() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(
                    new Subscribe(
                            1,
                            List.of(
                                    new Subscription(
                                            TopicFilter.of("me/commands/+"),
                                            QualityOfService.AT_MOST_ONCE))));
            assertThat(tank.receive()).isInstanceOf(SubAck.class);
            DeviceSession session = scene.sessions.of(scene.tank.id()).orElseThrow();
            // More than every buffer between here and a device that reads nothing.
            for (int i = 0; i < 400; i++) {
                session.deliver(
                        new OutboundMessage("me/commands/1", new byte[60_000]), new Outcome());
            }
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.QUOTA_EXCEEDED.code())
                    .containsEntry("limit", "channel-outbound-bytes");
            assertThat(tank.untilClosed()).isNotEmpty();
            assertThat(scene.sessions.of(scene.tank.id())).isEmpty();
        }
    }

    @Test
    void sendsAtMostAsManyAsTheDeviceTakesAndTheRestInOrder() throws Exception {
        try (RawDevice tank = RawDevice.dial(scene.port(), scene.tank.identity(), MqttVersion.V5)) {
            tank.send(
                    new Connect(
                            MqttVersion.V5,
                            true,
                            60,
                            "",
                            null,
                            null,
                            null,
                            MqttProperties.of(MqttProperty.RECEIVE_MAXIMUM, 1)));
            assertThat(tank.receive()).isInstanceOf(ConnAck.class);
            tank.send(
                    new Subscribe(
                            1,
                            List.of(
                                    new Subscription(
                                            TopicFilter.of("me/commands/+"),
                                            QualityOfService.AT_LEAST_ONCE))));
            assertThat(tank.receive()).isInstanceOf(SubAck.class);
            DeviceSession session = scene.sessions.of(scene.tank.id()).orElseThrow();
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Outcome outcome = new Outcome();
                outcomes.add(outcome);
                session.deliver(
                        new OutboundMessage("me/commands/1", new byte[] {(byte) i}), outcome);
            }
            for (int i = 0; i < 3; i++) {
                Publish command = (Publish) tank.receive();
                assertThat(command.payloadBytes()).containsExactly(i);
                tank.send(new dev.breakwater.protocol.mqtt.PubAck(command.packetId()));
                assertThat(outcomes.get(i).wasDelivered()).isTrue();
            }
        }
    }

    private RawDevice connectWithWill(ChannelScene.Enrolled device) throws IOException {
        RawDevice tank = RawDevice.dial(scene.port(), device.identity(), MqttVersion.V5);
        Will will =
                new Will(
                        TopicName.of("me/telemetry"),
                        QualityOfService.AT_LEAST_ONCE,
                        false,
                        MqttProperties.EMPTY,
                        ByteBuffer.wrap("gone".getBytes(StandardCharsets.UTF_8)));
        tank.send(
                new Connect(MqttVersion.V5, true, 60, "", will, null, null, MqttProperties.EMPTY));
        assertThat(((ConnAck) tank.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        return tank;
    }
}
