/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.RecordingSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection whose epoch is over is mute from that instant, whatever has arrived on it. */
class TakeoverTest {

    private static final int ROUNDS = 6;

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene(ChannelScene.GENEROUS);
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    /**
     * Three messages in one TLS record; while the first is handed on, another session takes over.
     * The event loop still has the other two in its hands and the farewell in its queue.
     */
    @Test
    void handsOnNothingThatArrivedBeforeItsCloseEvent() throws Exception {
        try (RawDevice stale = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            scene.topics.onTaking(this::takeOver);
            stale.send(
                    RawDevice.telemetry(1, "before"),
                    RawDevice.telemetry(2, "stale"),
                    RawDevice.telemetry(3, "stale"));
            assertThat(stale.untilClosed()).isNotEmpty();
            assertThat(scene.topics.next().text()).isEqualTo("before");
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    @Test
    void subscribesToNothingAnyMore() throws Exception {
        try (RawDevice stale = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            DeviceSession before = session();
            scene.topics.onTaking(this::takeOver);
            stale.send(RawDevice.telemetry(1, "before"), subscribe());
            assertThat(stale.untilClosed()).isNotEmpty();
            Outcome outcome = new Outcome();
            before.deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
            assertThat(outcome.wasDelivered()).isFalse();
        }
    }

    @Test
    void acknowledgesNoDeliveryInTheNameOfItsSuccessor() throws Exception {
        try (RawDevice stale = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            stale.send(subscribe());
            assertThat(stale.receive()).isInstanceOf(SubAck.class);
            Outcome outcome = new Outcome();
            session().deliver(new OutboundMessage("me/commands/1", new byte[0]), outcome);
            Publish command = (Publish) stale.receive();
            scene.topics.onTaking(this::takeOver);
            stale.send(RawDevice.telemetry(1, "before"), new PubAck(command.packetId()));
            assertThat(outcome.wasDelivered()).isFalse();
        }
    }

    /** The device vanishes while it is taken over: one of the two comes first, never both. */
    @Test
    void publishesNoWillOnceItIsTakenOver() throws Exception {
        try (RawDevice stale = connectWithWill()) {
            scene.topics.onTaking(this::takeOver);
            stale.publish(1, "before");
            assertThat(scene.topics.next().text()).isEqualTo("before");
        }
        scene.topics.onTaking(() -> {});
        assertNothingSince("witness-of-the-will");
    }

    /**
     * The same with real connections that race: one floods the server while the next one connects.
     * From the next one's CONNACK on, nothing of the flood is handed on, and no will.
     */
    @Test
    void isMuteFromTheConnAckOfItsSuccessorOn() throws Exception {
        AtomicInteger flooded = new AtomicInteger();
        for (int round = 0; round < ROUNDS; round++) {
            String mark = "new-" + round;
            try (RawDevice stale = connectWithWill()) {
                Thread flood = Thread.ofVirtual().start(() -> flood(stale));
                assertThat(scene.topics.next().text()).isEqualTo("old");
                try (RawDevice successor = connectWithWill()) {
                    successor.publish(1, mark);
                    flood.join();
                    while (!scene.topics.next().text().equals(mark)) {
                        flooded.incrementAndGet();
                    }
                    assertThat(scene.topics.waiting()).isZero();
                    successor.send(new Disconnect(ReasonCode.SUCCESS));
                    assertThat(successor.untilClosed()).isNotNull();
                }
            }
        }
        assertThat(flooded).hasPositiveValue();
    }

    /** Until the server hangs up. */
    private static void flood(RawDevice device) {
        Publish old =
                Publish.atMostOnce(
                        TopicName.of("me/telemetry"), "old".getBytes(StandardCharsets.UTF_8));
        try {
            while (true) {
                device.send(old, old, old, old);
            }
        } catch (IOException hungUp) {
            assertThat(hungUp).isNotNull();
        }
    }

    private void takeOver() {
        scene.sessions.attach(new RecordingSession(scene.tank.id(), scene.registry.organization));
    }

    /** Another device's message comes after whatever was on its way. */
    private void assertNothingSince(String serial) throws Exception {
        ChannelScene.Enrolled witness = scene.enroll(serial);
        try (RawDevice other = RawDevice.connect(scene, witness, MqttVersion.V5)) {
            other.publish(1, serial);
            assertThat(scene.topics.next().text()).isEqualTo(serial);
        }
    }

    private DeviceSession session() {
        return scene.sessions.of(scene.tank.id()).orElseThrow();
    }

    private static Subscribe subscribe() {
        return new Subscribe(
                1,
                List.of(
                        new Subscription(
                                TopicFilter.of("me/commands/+"), QualityOfService.AT_LEAST_ONCE)));
    }

    private RawDevice connectWithWill() throws IOException {
        RawDevice tank = RawDevice.dial(scene.port(), scene.tank.identity(), MqttVersion.V5);
        Will will =
                new Will(
                        TopicName.of("me/telemetry"),
                        QualityOfService.AT_LEAST_ONCE,
                        false,
                        MqttProperties.EMPTY,
                        ByteBuffer.wrap("gone".getBytes(StandardCharsets.UTF_8)));
        tank.send(
                new Connect(MqttVersion.V5, true, 60, "", will, null, null, MqttProperties.EMPTY));
        assertThat(((ConnAck) tank.receive()).reasonCode().isFailure()).isFalse();
        return tank;
    }
}
