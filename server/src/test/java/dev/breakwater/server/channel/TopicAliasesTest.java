/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Topic aliases of devices, over a real TLS socket. */
class TopicAliasesTest {

    private static final TopicName TELEMETRY = TopicName.of("me/telemetry");

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene(Map.of(Limit.CHANNEL_TOPIC_ALIASES, 2));
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @Test
    void saysHowManyThereAre() throws Exception {
        try (RawDevice tank = RawDevice.dial(scene.port(), scene.tank.identity(), MqttVersion.V5)) {
            tank.send(new Connect(MqttVersion.V5, true, 60, ""));
            ConnAck accepted = (ConnAck) tank.receive();
            assertThat(accepted.properties().get(MqttProperty.TOPIC_ALIAS_MAXIMUM)).contains(2);
        }
    }

    @Test
    @Tag("mqtt5:3.3.2-12")
    void takesANumberForTheTopicItStandsFor() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(
                    aliased(1, TELEMETRY, 2, "a"),
                    aliased(2, TopicName.ALIASED, 2, "b"),
                    aliased(3, TopicName.of("me/nowhere"), 2, "c"),
                    aliased(4, TopicName.ALIASED, 2, "d"));
            assertThat(tank.receive()).isEqualTo(new PubAck(1));
            assertThat(tank.receive()).isEqualTo(new PubAck(2));
            // The number stands for another topic now, which does not exist.
            assertThat(((PubAck) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
            assertThat(((PubAck) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
            assertThat(scene.topics.next().text()).isEqualTo("a");
            assertThat(scene.topics.next().text()).isEqualTo("b");
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    @Test
    void refusesANumberAboveTheMaximum() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(aliased(1, TELEMETRY, 3, "a"));
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.TOPIC_ALIAS_INVALID));
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.PROTOCOL_VIOLATED.code());
            assertThat(scene.counted(RefusalReason.PROTOCOL_VIOLATED)).isEqualTo(1);
            assertThat(scene.topics.waiting()).isZero();
        }
    }

    @Test
    void refusesANumberThatStandsForNothingYet() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(aliased(1, TELEMETRY, 1, "a"), aliased(2, TopicName.ALIASED, 2, "b"));
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.PROTOCOL_ERROR));
        }
    }

    /** The decoder refuses it [MQTT-3.3.2-8]. */
    @Test
    void refusesTheNumberZero() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            byte[] publish = {
                0x30, 0x08, 0x00, 0x02, 'm', 'e', 0x03, 0x23, 0x00, 0x00,
            };
            tank.sendBytes(publish);
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.TOPIC_ALIAS_INVALID));
        }
    }

    @Test
    @Tag("mqtt5:3.3.2-7")
    void forgetsThemWithTheConnection() throws Exception {
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(aliased(1, TELEMETRY, 1, "a"));
            assertThat(tank.receive()).isEqualTo(new PubAck(1));
        }
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            tank.send(aliased(2, TopicName.ALIASED, 1, "b"));
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.PROTOCOL_ERROR));
        }
    }

    private static Publish aliased(int packetId, TopicName topic, int alias, String text) {
        return new Publish(
                false,
                QualityOfService.AT_LEAST_ONCE,
                false,
                topic,
                packetId,
                MqttProperties.of(MqttProperty.TOPIC_ALIAS, alias),
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
