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
import dev.breakwater.protocol.mqtt.UnsubAck;
import dev.breakwater.protocol.mqtt.Unsubscribe;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.identity.DeviceStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that outlive their connection, over real TLS and on a real database. */
class PersistentSessionTest {

    private static final long HOUR_SECONDS = 3_600;

    private StoredScene scene;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        scene = new StoredScene(directory);
    }

    @AfterEach
    void close() {
        scene.close();
    }

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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void storesAQos2MessageOnceAcrossConnections(boolean restart) throws Exception {
        try (RawDevice tank = connect()) {
            tank.send(telemetry(false, 9, "{\"n\":1}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        if (restart) {
            scene.restart();
        }
        try (RawDevice tank = reconnect()) {
            // As if PUBREC had been lost on the way.
            tank.send(telemetry(true, 9, "{\"n\":1}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        try (RawDevice tank = reconnect()) {
            tank.send(new PubRel(9));
            assertThat(tank.receive()).isEqualTo(new PubComp(9));
        }
        assertThat(scene.readings()).containsExactly("{\"n\":1}");
        try (RawDevice tank = reconnect()) {
            tank.send(telemetry(false, 9, "{\"n\":2}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        assertThat(scene.readings()).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    /** A refused message ends its exchange: the id names another one afterwards [MQTT-4.3.3-9]. */
    @Test
    void forgetsTheIdOfARefusedMessage() throws Exception {
        try (RawDevice tank = connect()) {
            tank.send(telemetry(false, 9, "no JSON"));
            assertThat(((PubRec) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        try (RawDevice tank = reconnect()) {
            tank.send(telemetry(false, 9, "{\"n\":1}"));
            assertThat(tank.receive()).isEqualTo(new PubRec(9));
        }
        assertThat(scene.readings()).containsExactly("{\"n\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "V5, AT_LEAST_ONCE",
        "V5, EXACTLY_ONCE",
        "V3_1_1, AT_LEAST_ONCE",
        "V3_1_1, EXACTLY_ONCE"
    })
    @Tag("mqtt311:3.3.1-1")
    @Tag("mqtt311:4.4.0-1")
    @Tag("mqtt311:4.6.0-1")
    @Tag("mqtt5:3.3.1-1")
    @Tag("mqtt5:4.4.0-1")
    void sendsAgainWithTheSameIdWhatWasNotAcknowledged(MqttVersion version, QualityOfService qos)
            throws Exception {
        DeviceCommand first;
        DeviceCommand second;
        int firstId;
        int secondId;
        try (RawDevice tank = connect(version)) {
            subscribe(tank, qos);
            first = scene.command("feed");
            firstId = commandId(tank.receive(), first, qos, false);
            second = scene.command("feed");
            secondId = commandId(tank.receive(), second, qos, false);
            assertThat(secondId).isNotEqualTo(firstId);
        }
        scene.restart();
        try (RawDevice tank = reconnect(version)) {
            assertThat(commandId(tank.receive(), first, qos, true)).isEqualTo(firstId);
            assertThat(commandId(tank.receive(), second, qos, true)).isEqualTo(secondId);
            DeviceCommand third = scene.command("feed");
            assertThat(commandId(tank.receive(), third, qos, false)).isNotIn(firstId, secondId);
        }
    }

    /** Whoever takes over goes on where the connection before was. */
    @Test
    void sendsAgainToTheConnectionThatTakesOver() throws Exception {
        try (RawDevice before = connect()) {
            subscribe(before, QualityOfService.EXACTLY_ONCE);
            DeviceCommand feed = scene.command("feed");
            int id = commandId(before.receive(), feed, QualityOfService.EXACTLY_ONCE, false);
            try (RawDevice after = reconnect()) {
                assertThat(commandId(after.receive(), feed, QualityOfService.EXACTLY_ONCE, true))
                        .isEqualTo(id);
                after.send(new PubRec(id));
                assertThat(after.receive()).isEqualTo(new PubRel(id));
                after.send(new PubComp(id));
                assertSilent(after);
                scene.cancel(feed);
                assertThat(scene.state(feed)).isEqualTo(CommandState.DELIVERED);
            }
        }
    }

    @Test
    @Tag("mqtt5:4.4.0-1")
    @Tag("mqtt5:4.3.3-6")
    void neverSendsAgainWhatTheDeviceHasReceived() throws Exception {
        DeviceCommand feed;
        int id;
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.EXACTLY_ONCE);
            feed = scene.command("feed");
            id = commandId(tank.receive(), feed, QualityOfService.EXACTLY_ONCE, false);
            tank.send(new PubRec(id));
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            scene.cancel(feed);
            assertThat(scene.state(feed)).isEqualTo(CommandState.DELIVERED);
        }
        scene.restart();
        try (RawDevice tank = reconnect()) {
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            tank.send(new PubComp(id));
            assertSilent(tank);
        }
        try (RawDevice tank = reconnect()) {
            assertSilent(tank);
        }
    }

    /** The device is asked to forget the id; the command itself has no meaning any more. */
    @Test
    void abandonsWhatWasWithdrawnOnItsWay() throws Exception {
        DeviceCommand feed;
        int id;
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.EXACTLY_ONCE);
            feed = scene.command("feed");
            id = commandId(tank.receive(), feed, QualityOfService.EXACTLY_ONCE, false);
        }
        scene.cancel(feed);
        assertThat(scene.state(feed)).isEqualTo(CommandState.CANCELLED);
        try (RawDevice tank = reconnect()) {
            assertThat(tank.receive()).isEqualTo(new PubRel(id));
            tank.send(
                    new PubComp(id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, MqttProperties.EMPTY));
            assertSilent(tank);
        }
    }

    /** A state that has changed is another message, and must not hide behind the id of the old. */
    @Test
    void sendsAStateThatHasChangedAsANewMessage() throws Exception {
        int id;
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            scene.desire("{\"light\":7}");
            id = ((Publish) tank.receive()).packetId();
        }
        scene.desire("{\"light\":8}");
        try (RawDevice tank = reconnect()) {
            Publish desired = (Publish) tank.receive();
            assertThat(desired.duplicate()).isFalse();
            assertThat(desired.packetId()).isNotEqualTo(id);
            assertThat(new String(desired.payloadBytes(), StandardCharsets.UTF_8))
                    .contains("\"light\":8");
        }
    }

    @Test
    void keepsNothingOfARevokedDevice() throws Exception {
        try (RawDevice tank = connect()) {
            subscribe(tank, QualityOfService.AT_LEAST_ONCE);
            scene.world.change(scene.tank, DeviceStatus.REVOKED);
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.ADMINISTRATIVE_ACTION));
        }
        scene.restart();
        assertThat(scene.kept.count()).isZero();
    }

    private RawDevice connect() throws IOException {
        return connect(MqttVersion.V5);
    }

    private RawDevice connect(MqttVersion version) throws IOException {
        RawDevice tank = scene.dial(version);
        tank.send(kept(version));
        assertThat(present(tank)).isFalse();
        return tank;
    }

    private RawDevice reconnect() throws IOException {
        return reconnect(MqttVersion.V5);
    }

    private RawDevice reconnect(MqttVersion version) throws IOException {
        RawDevice tank = scene.dial(version);
        tank.send(kept(version));
        assertThat(present(tank)).isTrue();
        return tank;
    }

    private Connect kept(MqttVersion version) {
        return version == MqttVersion.V5
                ? kept(HOUR_SECONDS)
                : new Connect(version, false, 60, tankId());
    }

    private static Connect kept(long expirySeconds) {
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

    private static Disconnect goodbye(long expirySeconds) {
        return new Disconnect(
                ReasonCode.SUCCESS,
                MqttProperties.of(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS, expirySeconds));
    }

    private String tankId() {
        return scene.tank.id().toString();
    }

    private static boolean present(RawDevice device) throws IOException {
        ConnAck accepted = (ConnAck) device.receive();
        assertThat(accepted.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        return accepted.sessionPresent();
    }

    private static void subscribe(RawDevice device, QualityOfService qos) throws IOException {
        device.send(new Subscribe(1, List.of(new Subscription(TopicFilter.of("me/#"), qos))));
        assertThat(device.receive()).isInstanceOf(SubAck.class);
    }

    private static int commandId(
            MqttPacket packet, DeviceCommand command, QualityOfService qos, boolean duplicate) {
        Publish publish = (Publish) packet;
        assertThat(publish.topic().text()).isEqualTo(Topics.command(command.id()));
        assertThat(publish.qos()).isEqualTo(qos);
        assertThat(publish.duplicate()).isEqualTo(duplicate);
        return publish.packetId();
    }

    /** Returns once the acknowledgement is stored: a second step of the same kind waits for it. */
    private void acknowledge(RawDevice device, DeviceCommand command) throws IOException {
        int id = commandId(device.receive(), command, QualityOfService.AT_LEAST_ONCE, false);
        device.send(new PubAck(id), new PingReq());
        assertThat(device.receive()).isEqualTo(new PingResp());
        scene.cancel(command);
    }

    /**
     * Whatever was on its way has arrived before the answer to a message that went through the
     * store and back.
     */
    private void assertSilent(RawDevice device) throws IOException {
        for (int id = 60_001; id < 60_004; id++) {
            device.send(telemetry(false, id, "{\"silent\":true}"));
            assertThat(device.receive()).isEqualTo(new PubRec(id));
            device.send(new PubRel(id));
            assertThat(device.receive()).isEqualTo(new PubComp(id));
        }
    }

    private static Publish telemetry(boolean duplicate, int packetId, String json) {
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
