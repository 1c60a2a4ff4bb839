/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a will is published whose delay outlives the connection. */
class WillDelayTest {

    private static final long HOUR_SECONDS = 3_600;

    @SuppressWarnings("NullAway.Init") // each test opens it with limits of its own
    private ChannelScene scene;

    private void open(Map<Limit, Integer> limits) throws IOException {
        scene = new ChannelScene(limits);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void publishesTheWillWhenItsDelayHasPassed() throws Exception {
        open(Map.of());
        vanish(scene.tank, "gone", 1, HOUR_SECONDS);
        assertThat(scene.topics.next().text()).isEqualTo("gone");
    }

    @Test
    void publishesTheWillWhenTheSessionEndsBefore() throws Exception {
        open(Map.of());
        vanish(scene.tank, "gone", HOUR_SECONDS, 1);
        assertThat(scene.topics.next().text()).isEqualTo("gone");
    }

    @Test
    void publishesTheWillAtOnceWhenTheSessionEndsWithTheConnection() throws Exception {
        open(Map.of());
        vanish(scene.tank, "gone", HOUR_SECONDS, 0);
        assertThat(scene.topics.next().text()).isEqualTo("gone");
    }

    @Test
    void publishesTheWillAtOnceWhenTooManyWaitAlready() throws Exception {
        open(Map.of(Limit.CHANNEL_WILLS_DELAYED, 1));
        vanish(scene.enroll("first"), "patient", HOUR_SECONDS, HOUR_SECONDS);
        awaitUnsaid(1);
        vanish(scene.tank, "gone", HOUR_SECONDS, HOUR_SECONDS);
        assertThat(scene.topics.next().text()).isEqualTo("gone");
    }

    @Test
    @Tag("mqtt5:3.1.3-9")
    void forgetsTheWillOfADeviceThatIsBackInTime() throws Exception {
        open(Map.of());
        vanish(scene.tank, "gone", 1, HOUR_SECONDS);
        awaitUnsaid(1);
        try (RawDevice back = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            assertThat(scene.sessions.unsaid()).isZero();
            assertNothingBeforeALaterWill();
            back.send(new PingReq());
            assertThat(back.receive()).isEqualTo(new PingResp());
        }
    }

    /** A revoked identity has no right to speak, not even with a word it left before. */
    @Test
    void keepsTheWillOfADeviceUnsaidThatIsRevokedMeanwhile() throws Exception {
        open(Map.of());
        vanish(scene.tank, "gone", 1, HOUR_SECONDS);
        awaitUnsaid(1);
        scene.change(scene.tank, DeviceStatus.REVOKED);
        assertThat(scene.sessions.unsaid()).isZero();
        assertNothingBeforeALaterWill();
    }

    /**
     * Its delay began later and is as long: whatever waited before it would have come before it.
     */
    private void assertNothingBeforeALaterWill() throws Exception {
        vanish(scene.enroll("witness"), "witness", 1, HOUR_SECONDS);
        assertThat(scene.topics.next().text()).isEqualTo("witness");
    }

    /** The server notices on its own thread that a connection is gone. */
    private void awaitUnsaid(int count) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (scene.sessions.unsaid() < count) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void vanish(
            ChannelScene.Enrolled device, String word, long delaySeconds, long expirySeconds)
            throws IOException {
        try (RawDevice raw = RawDevice.dial(scene.port(), device.identity(), MqttVersion.V5)) {
            Will will =
                    new Will(
                            TopicName.of("me/telemetry"),
                            QualityOfService.AT_LEAST_ONCE,
                            false,
                            MqttProperties.of(
                                    MqttProperty.WILL_DELAY_INTERVAL_SECONDS, delaySeconds),
                            ByteBuffer.wrap(word.getBytes(StandardCharsets.UTF_8)));
            raw.send(
                    new Connect(
                            MqttVersion.V5,
                            true,
                            60,
                            "",
                            will,
                            null,
                            null,
                            MqttProperties.of(
                                    MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, expirySeconds)));
            assertThat(((ConnAck) raw.receive()).reasonCode().isFailure()).isFalse();
        }
    }
}
