/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.UnsubAck;
import dev.breakwater.protocol.mqtt.Unsubscribe;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.DeviceCommand;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that outlive their connection, over real TLS and on a real database. */
class PersistentSessionTest extends KeptSessionScene {

    @ParameterizedTest
    @EnumSource
    void keepsNothingThatEndsWithItsConnection(MqttVersion version) throws Exception {
        try (RawDevice tank = scene.dial(version)) {
            tank.send(new Connect(version, true, 60, tankId()));
            assertThat(present(tank)).isFalse();
            subscribe(tank, QualityOfService.EXACTLY_ONCE);
            assertThat(scene.kept.count()).isZero();
        }
        assertThat(scene.kept.count()).isZero();
    }

    /** Without a new SUBSCRIBE, and across a restart of the server as well. */
    @ParameterizedTest
    @EnumSource
    @Tag("mqtt311:3.1.2-4")
    @Tag("mqtt311:3.1.2-5")
    @Tag("mqtt311:3.2.2-2")
    @Tag("mqtt5:3.1.2-23")
    @Tag("mqtt5:3.1.2-5")
    @Tag("mqtt5:3.2.2-3")
    void deliversWhatWaitedToADeviceThatHadSubscribed(MqttVersion version) throws Exception {
        try (RawDevice tank = scene.dial(version)) {
            tank.send(kept(version));
            assertThat(present(tank)).isFalse();
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
        }
        DeviceCommand feed = scene.command("feed");
        scene.desire("{\"light\":7}");
        scene.restart();
        try (RawDevice tank = scene.dial(version)) {
            tank.send(kept(version));
            assertThat(present(tank)).isTrue();
            Publish desired = (Publish) tank.receive();
            assertThat(desired.topic().text()).isEqualTo(Topics.DESIRED_STATE);
            tank.send(new PubAck(desired.packetId()));
            acknowledge(tank, feed);
            assertThat(scene.state(feed)).isEqualTo(CommandState.DELIVERED);
        }
    }

    @Test
    void forgetsWhatTheDeviceUnsubscribedFrom() throws Exception {
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            tank.send(new Unsubscribe(2, List.of(TopicFilter.of("me/#")), MqttProperties.EMPTY));
            assertThat(tank.receive()).isInstanceOf(UnsubAck.class);
        }
        scene.command("feed");
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(kept(MqttVersion.V5));
            assertThat(present(tank)).isTrue();
            assertSilent(tank);
        }
    }

    @Test
    @Tag("mqtt5:3.1.2-4")
    @Tag("mqtt5:3.2.2-2")
    void beginsAfreshAtACleanStart() throws Exception {
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
        }
        scene.command("feed");
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(present(tank)).isFalse();
            assertSilent(tank);
        }
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(kept(MqttVersion.V5));
            assertThat(present(tank)).isFalse();
        }
    }

    /** It is resumed for the last time. */
    @Test
    void endsASessionThatIsResumedForOneConnectionOnly() throws Exception {
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
        }
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(new Connect(MqttVersion.V5, false, 60, ""));
            assertThat(present(tank)).isTrue();
            acknowledge(tank, scene.command("feed"));
        }
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(kept(MqttVersion.V5));
            assertThat(present(tank)).isFalse();
        }
    }

    @Test
    @Tag("mqtt5:4.1.0-2")
    void expiresWhenNobodyComesBackInTime() throws Exception {
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            tank.send(new Disconnect(ReasonCode.SUCCESS));
            assertThat(tank.untilClosed()).isEmpty();
        }
        scene.world.clock.advance(Duration.ofSeconds(HOUR_SECONDS + 1));
        scene.kept.expire();
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(kept(MqttVersion.V5));
            assertThat(present(tank)).isFalse();
        }
    }

    @Test
    void tellsHowLongTheSessionIsKeptIfThatIsLessThanAsked() throws Exception {
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(kept(0xFFFF_FFFFL));
            assertThat(
                            ((ConnAck) tank.receive())
                                    .properties()
                                    .get(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS))
                    .contains(604_800L);
        }
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(kept(60));
            assertThat(
                            ((ConnAck) tank.receive())
                                    .properties()
                                    .has(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS))
                    .isFalse();
        }
    }

    @Test
    void endsWithTheGoodbyeIfTheDeviceSaysSo() throws Exception {
        try (RawDevice tank = connect()) {
            tank.send(goodbye(0));
            assertThat(tank.untilClosed()).isEmpty();
        }
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(kept(MqttVersion.V5));
            assertThat(present(tank)).isFalse();
        }
    }

    /** [MQTT-3.14.2-2]: a session that was to end with the connection cannot be kept after all. */
    @Test
    void refusesToKeepASessionAfterAll() throws Exception {
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(present(tank)).isFalse();
            tank.send(goodbye(60));
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.PROTOCOL_ERROR));
        }
        assertThat(scene.kept.count()).isZero();
    }
}
