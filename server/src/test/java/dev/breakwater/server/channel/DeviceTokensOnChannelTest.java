/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.testkit.pki.TestIdentity;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices with a token instead of a certificate: real TLS, a real database. */
class DeviceTokensOnChannelTest {

    @TempDir Path directory;
    private StoredScene scene;
    private EnrollmentWorld world;
    private DeviceTokens.Outcome.Made beacon;

    @BeforeEach
    void open() throws Exception {
        scene = new StoredScene(directory);
        world = scene.world;
        world.changeRisk(RiskProfile.LOW);
        beacon = register("beacon-1");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    /** HiveMQ's client, unmodified, over TCP and over WebSocket. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void letsAStockClientInWithUserNameAndPassword(boolean webSocket) {
        var builder =
                MqttClient.builder()
                        .identifier("beacon-1")
                        .serverHost("localhost")
                        .serverPort(scene.port())
                        .sslConfig(
                                MqttClientSslConfig.builder()
                                        .trustManagerFactory(InsecureTrustManagerFactory.INSTANCE)
                                        .build());
        if (webSocket) {
            builder = builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig();
        }
        Mqtt3BlockingClient client =
                builder.useMqttVersion3()
                        .simpleAuth()
                        .username("beacon-1")
                        .password(secret(beacon).getBytes(StandardCharsets.UTF_8))
                        .applySimpleAuth()
                        .buildBlocking();
        client.connect();
        client.publishWith()
                .topic("me/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"seen\":1}".getBytes(StandardCharsets.UTF_8))
                .send();
        client.disconnect();
        assertThat(world.devices.device(world.organization, id(beacon)).orElseThrow())
                .satisfies(device -> assertThat(device.confirmedGeneration()).isEqualTo(1));
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "serial"})
    void takesTheDevicesIdOrItsSerialForTheUserName(String kind) throws Exception {
        String name = kind.equals("id") ? id(beacon).toString() : "beacon-1";
        assertThat(connect(name, secret(beacon))).isEqualTo(ReasonCode.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({
        "DEVICE_TOKEN_UNKNOWN, beacon-1, another",
        "DEVICE_TOKEN_UNKNOWN, beacon-1, malformed",
        "DEVICE_TOKEN_UNKNOWN, beacon-1, mistyped",
        "USER_NAME_OF_ANOTHER, tank-1, right",
        "USER_NAME_OF_ANOTHER, '', right"
    })
    void refusesAWrongTokenAndAWrongName(RefusalReason reason, String name, String kind)
            throws Exception {
        String right = secret(beacon);
        String password =
                switch (kind) {
                    case "another" -> "bwd_" + "0".repeat(64) + "_758d6336";
                    case "malformed" -> "secret";
                    case "mistyped" -> right.substring(0, 76) + (right.endsWith("0") ? "1" : "0");
                    default -> right;
                };
        refuses(reason, ReasonCode.BAD_USER_NAME_OR_PASSWORD, name, password);
    }

    @Test
    void refusesWhoeverShowsNothingAtAll() throws Exception {
        refuses(RefusalReason.CERTIFICATE_MISSING, ReasonCode.NOT_AUTHORIZED, "beacon-1", null);
    }

    @Test
    void refusesTokensAsSoonAsTheProductPermitsNone() throws Exception {
        try (RawDevice connected = dial()) {
            connected.send(hello("beacon-1", secret(beacon)));
            assertThat(((ConnAck) connected.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            world.changeRisk(RiskProfile.STANDARD);
            // DISCONNECT, administrative action.
            assertThat(connected.untilClosed()).startsWith(0xE0).contains(0x98);
        }
        refuses(
                RefusalReason.ASSURANCE_TOO_LOW,
                ReasonCode.NOT_AUTHORIZED,
                "beacon-1",
                secret(beacon));
        assertThat(
                        world.tokens.create(
                                world.organization,
                                id(beacon),
                                Optional.empty(),
                                EnrollmentWorld.OPERATOR))
                .isEqualTo(new DeviceTokens.Outcome.NotPermitted(RiskProfile.STANDARD));
    }

    @Test
    void cutsARevokedDeviceOffAndLetsItsTokenInNoMore() throws Exception {
        try (RawDevice connected = dial()) {
            connected.send(hello("beacon-1", secret(beacon)));
            assertThat(((ConnAck) connected.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            world.lifecycle.change(
                    world.organization,
                    id(beacon),
                    DeviceStatus.REVOKED,
                    "stolen",
                    Optional.empty(),
                    EnrollmentWorld.OPERATOR);
            assertThat(connected.untilClosed()).startsWith(0xE0).contains(0x98);
        }
        refuses(
                RefusalReason.DEVICE_REVOKED,
                ReasonCode.NOT_AUTHORIZED,
                "beacon-1",
                secret(beacon));
        assertThat(world.tokens.of(world.organization, id(beacon), Optional.empty(), 10))
                .allSatisfy(token -> assertThat(token.status().name()).isEqualTo("REVOKED"));
    }

    @Test
    void refusesATokenWhoseTimeIsOver() throws Exception {
        world.clock.advance(Duration.ofDays(90).minusSeconds(1));
        assertThat(connect("beacon-1", secret(beacon))).isEqualTo(ReasonCode.SUCCESS);
        world.clock.advance(Duration.ofSeconds(1));
        refuses(
                RefusalReason.DEVICE_TOKEN_EXPIRED,
                ReasonCode.NOT_AUTHORIZED,
                "beacon-1",
                secret(beacon));
    }

    /** Both are good until the new one has connected; then the old one is a copy in use. */
    @Test
    void letsTheNextTokenFollowAndTakesTheOldOneForACopy() throws Exception {
        assertThat(connect("beacon-1", secret(beacon))).isEqualTo(ReasonCode.SUCCESS);
        DeviceTokens.Outcome.Made next = create();
        assertThat(connect("beacon-1", secret(beacon))).isEqualTo(ReasonCode.SUCCESS);
        assertThat(connect("beacon-1", secret(next))).isEqualTo(ReasonCode.SUCCESS);

        refuses(
                RefusalReason.DEVICE_TOKEN_SUPERSEDED,
                ReasonCode.NOT_AUTHORIZED,
                "beacon-1",
                secret(beacon));
        assertThat(world.actions()).contains("device.quarantined");
        refuses(
                RefusalReason.DEVICE_QUARANTINED,
                ReasonCode.NOT_AUTHORIZED,
                "beacon-1",
                secret(next));
    }

    @Test
    void revokesWhatNeverConnectedWithTheNextToken() throws Exception {
        DeviceTokens.Outcome.Made next = create();
        refuses(
                RefusalReason.DEVICE_TOKEN_REVOKED,
                ReasonCode.NOT_AUTHORIZED,
                "beacon-1",
                secret(beacon));
        assertThat(connect("beacon-1", secret(next))).isEqualTo(ReasonCode.SUCCESS);
    }

    /** A password must not repair a certificate that is refused, nor make one unnecessary. */
    @Test
    void judgesWhoeverShowsACertificateByItAlone() throws Exception {
        TestIdentity stranger = world.forged(scene.tank).selfSigned();
        try (RawDevice device = RawDevice.dial(scene.port(), stranger, MqttVersion.V5)) {
            device.send(hello("beacon-1", secret(beacon)));
            assertThat(((ConnAck) device.receive()).reasonCode())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        assertThat(world.nextRefusal().details())
                .containsEntry("reason", "certificate-self-signed");
        try (RawDevice tank = scene.dial(MqttVersion.V5)) {
            tank.send(hello("beacon-1", secret(beacon), ""));
            assertThat(((ConnAck) tank.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(world.sessions.of(scene.tank.id())).isPresent();
            assertThat(world.sessions.of(id(beacon))).isEmpty();
        }
    }

    @Test
    void makesWhoeverShowsWrongTokensWait() throws Exception {
        // The first connect with a token changes the registry; the second is remembered.
        assertThat(connect("beacon-1", secret(beacon))).isEqualTo(ReasonCode.SUCCESS);
        assertThat(connect("beacon-1", secret(beacon))).isEqualTo(ReasonCode.SUCCESS);
        DeviceTokens.Outcome.Made other = register("beacon-2");
        for (int attempt = 0; attempt < 30; attempt++) {
            assertThat(connect("beacon-9", "secret"))
                    .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            world.nextRefusal();
        }
        refuses(
                RefusalReason.TOO_MANY_REQUESTS,
                ReasonCode.QUOTA_EXCEEDED,
                "beacon-2",
                secret(other));
        // Who was in a moment ago is remembered, and is not made to suffer for its neighbours.
        assertThat(connect("beacon-1", secret(beacon))).isEqualTo(ReasonCode.SUCCESS);
        world.clock.advance(Duration.ofMinutes(1));
        assertThat(connect("beacon-2", secret(other))).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void writesNoTokenIntoTheLogThatStandsInTheWrongPlace() throws Exception {
        assertThat(connect(secret(beacon), secret(beacon)))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(world.nextRefusal().details().values())
                .noneSatisfy(value -> assertThat(value).contains("bwd_"));
    }

    private void refuses(
            RefusalReason reason, ReasonCode code, String name, @Nullable String password)
            throws Exception {
        double before = world.refused("channel", reason);
        assertThat(connect(name, password)).isEqualTo(code);
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.details())
                .containsEntry("reason", reason.code())
                .containsEntry("source", "127.0.0.1");
        assertThat(world.newestRefusal("channel").details()).isEqualTo(refusal.details());
        assertThat(world.refused("channel", reason)).isEqualTo(before + 1);
    }

    private ReasonCode connect(String name, @Nullable String password) throws IOException {
        try (RawDevice device = dial()) {
            device.send(hello(name, password));
            return ((ConnAck) device.receive()).reasonCode();
        }
    }

    private RawDevice dial() throws IOException {
        return new RawDevice(RawDevice.socket(scene.port(), RawDevice.anonymous()), MqttVersion.V5);
    }

    private static Connect hello(String name, @Nullable String password) {
        return hello(name, password, "");
    }

    private static Connect hello(String name, @Nullable String password, String clientId) {
        return new Connect(
                MqttVersion.V5,
                true,
                60,
                clientId,
                null,
                name,
                password == null
                        ? null
                        : ByteBuffer.wrap(password.getBytes(StandardCharsets.UTF_8)),
                MqttProperties.EMPTY);
    }

    private DeviceTokens.Outcome.Made register(String serial) {
        return (DeviceTokens.Outcome.Made)
                world.tokens.register(
                        world.organization,
                        world.product,
                        new DeviceSerial(serial),
                        Optional.empty(),
                        EnrollmentWorld.OPERATOR);
    }

    private DeviceTokens.Outcome.Made create() {
        return (DeviceTokens.Outcome.Made)
                world.tokens.create(
                        world.organization, id(beacon), Optional.empty(), EnrollmentWorld.OPERATOR);
    }

    private static DeviceId id(DeviceTokens.Outcome.Made made) {
        return made.token().device();
    }

    private static String secret(DeviceTokens.Outcome.Made made) {
        return made.text().reveal();
    }
}
