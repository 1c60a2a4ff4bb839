/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttPacket;
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
import dev.breakwater.server.command.DeviceCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A device, a server on a real database, and sessions between them that are kept. */
abstract class KeptSessionScene {

    static final long HOUR_SECONDS = 3_600;

    StoredScene scene;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        scene = new StoredScene(directory);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    RawDevice connect() throws IOException {
        return connect(MqttVersion.V5);
    }

    RawDevice connect(MqttVersion version) throws IOException {
        RawDevice tank = scene.dial(version);
        tank.send(kept(version));
        assertThat(present(tank)).isFalse();
        return tank;
    }

    RawDevice reconnect() throws IOException {
        return reconnect(MqttVersion.V5);
    }

    RawDevice reconnect(MqttVersion version) throws IOException {
        RawDevice tank = scene.dial(version);
        tank.send(kept(version));
        assertThat(present(tank)).isTrue();
        return tank;
    }

    Connect kept(MqttVersion version) {
        return version == MqttVersion.V5
                ? kept(HOUR_SECONDS)
                : new Connect(version, false, 60, tankId());
    }

    static Connect kept(long expirySeconds) {
        return new Connect(
                MqttVersion.V5,
                false,
                60,
                "",
                null,
                null,
                null,
                MqttProperties.of(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, expirySeconds));
    }

    static Disconnect goodbye(long expirySeconds) {
        return new Disconnect(
                ReasonCode.SUCCESS,
                MqttProperties.of(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, expirySeconds));
    }

    String tankId() {
        return scene.tank.id().toString();
    }

    static boolean present(RawDevice device) throws IOException {
        ConnAck accepted = (ConnAck) device.receive();
        assertThat(accepted.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        return accepted.sessionPresent();
    }

    static void subscribe(RawDevice device, QualityOfService qos) throws IOException {
        device.send(new Subscribe(1, List.of(new Subscription(TopicFilter.of("me/#"), qos))));
        assertThat(device.receive()).isInstanceOf(SubAck.class);
    }

    static int commandId(
            MqttPacket packet, DeviceCommand command, QualityOfService qos, boolean duplicate) {
        Publish publish = (Publish) packet;
        assertThat(publish.topic().text()).isEqualTo(Topics.command(command.id()));
        assertThat(publish.qos()).isEqualTo(qos);
        assertThat(publish.duplicate()).isEqualTo(duplicate);
        return publish.packetId();
    }

    /** Returns once the acknowledgement is stored: a second step of the same kind waits for it. */
    void acknowledge(RawDevice device, DeviceCommand command) throws IOException {
        int id = commandId(device.receive(), command, QualityOfService.AT_LEAST_ONCE, false);
        device.send(new PubAck(id), new PingReq());
        assertThat(device.receive()).isEqualTo(new PingResp());
        scene.cancel(command);
    }

    /**
     * Whatever was on its way has arrived before the answer to a message that went through the
     * store and back.
     */
    void assertSilent(RawDevice device) throws IOException {
        for (int id = 60_001; id < 60_004; id++) {
            device.send(telemetry(false, id, "{\"silent\":true}"));
            assertThat(device.receive()).isEqualTo(new PubRec(id));
            device.send(new PubRel(id));
            assertThat(device.receive()).isEqualTo(new PubComp(id));
        }
    }

    static Publish telemetry(boolean duplicate, int packetId, String json) {
        return new Publish(
                duplicate,
                QualityOfService.EXACTLY_ONCE,
                false,
                TopicName.of(Topics.TELEMETRY),
                packetId,
                MqttProperties.EMPTY,
                ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }
}
