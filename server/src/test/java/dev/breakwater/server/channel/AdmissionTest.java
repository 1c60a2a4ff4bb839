/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who comes in, over a real TLS socket (invariants I1 and I2). {@link ChannelForgeriesTest} plays
 * those who claim to be somebody else.
 */
class AdmissionTest {

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene();
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @Test
    void welcomesADeviceAndSaysWhatItGets() throws Exception {
        try (RawDevice tank = dial(scene.tank.identity(), MqttVersion.V5)) {
            tank.send(new Connect(MqttVersion.V5, true, 0, ""));
            ConnAck accepted = (ConnAck) tank.receive();
            assertThat(accepted.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            MqttProperties terms = accepted.properties();
            assertThat(terms.get(MqttProperty.ASSIGNED_CLIENT_IDENTIFIER))
                    .contains(scene.tank.id().toString());
            assertThat(terms.get(MqttProperty.SERVER_KEEP_ALIVE_SECONDS)).contains(1_200);
            assertThat(terms.get(MqttProperty.RECEIVE_MAXIMUM)).contains(100);
            assertThat(terms.get(MqttProperty.TOPIC_ALIAS_MAXIMUM)).contains(8);
            assertThat(scene.registry.hasConnected(scene.tank.id())).isTrue();
            assertThat(scene.sessions.of(scene.tank.id())).isPresent();
        }
    }

    /** Both name the same client, and so the same session. */
    @Test
    void takesEitherOfTheDevicesOwnNamesAsClientId() throws Exception {
        for (String own : new String[] {scene.tank.id().toString(), "tank-1"}) {
            try (RawDevice tank = dial(scene.tank.identity(), MqttVersion.V3_1_1)) {
                tank.send(new Connect(MqttVersion.V3_1_1, false, 60, own));
                ConnAck accepted = (ConnAck) tank.receive();
                assertThat(accepted.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
                assertThat(accepted.sessionPresent()).isEqualTo(own.equals("tank-1"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void refusesInTheHandshakeWhoeverShowsNoCertificate(String protocol) throws Exception {
        assertThatThrownBy(() -> readAsAnonymous(protocol)).isInstanceOf(IOException.class);
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CERTIFICATE_MISSING.code());
        assertThat(scene.counted(RefusalReason.CERTIFICATE_MISSING)).isEqualTo(1);
    }

    private void readAsAnonymous(String protocol) throws IOException {
        SSLContext context = RawDevice.anonymous();
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", scene.port())) {
            socket.setEnabledProtocols(new String[] {protocol});
            // In TLS 1.3 the client's handshake is over before the server has judged it.
            socket.startHandshake();
            int first = socket.getInputStream().read();
            throw new AssertionError("the server said " + first);
        }
    }

    /** A resumed TLS session skips the handshake's proof, not the registry (CVE-2025-23419). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void asksTheRegistryAgainOnAResumedTlsSession(String protocol) throws Exception {
        SSLContext context = RawDevice.context(scene.tank.identity());
        byte[] session = connectAndReturnSession(context, protocol, ReasonCode.SUCCESS);
        byte[] resumed = connectAndReturnSession(context, protocol, ReasonCode.SUCCESS);
        assertThat(resumed).as("the session was resumed").isEqualTo(session);
        scene.change(scene.tank, DeviceStatus.REVOKED);
        connectAndReturnSession(context, protocol, ReasonCode.NOT_AUTHORIZED);
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.DEVICE_REVOKED.code())
                .containsEntry(
                        "fingerprint",
                        MemoryRegistry.fingerprint(scene.tank.identity().leaf()).hex());
    }

    /** What stays the same when a session is resumed: when it was made, in milliseconds. */
    private byte[] connectAndReturnSession(SSLContext context, String protocol, ReasonCode expected)
            throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", scene.port());
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout(10_000);
        try (RawDevice tank = new RawDevice(socket, MqttVersion.V5)) {
            tank.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(((ConnAck) tank.receive()).reasonCode()).isEqualTo(expected);
            return ByteBuffer.allocate(8).putLong(socket.getSession().getCreationTime()).array();
        }
    }

    @Test
    void answersThatTheServerIsUnavailableWhileTheStoreIs() throws Exception {
        scene.registry.fail();
        try (RawDevice tank = dial(scene.tank.identity(), MqttVersion.V5)) {
            tank.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(((ConnAck) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        }
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.STORAGE_UNAVAILABLE.code());
        assertThat(scene.sessions.count()).isZero();
    }

    @Test
    void refusesAWillOutsideTheDevicesOwnTopics() throws Exception {
        Will foreign =
                new Will(
                        TopicName.of("them/telemetry"),
                        QualityOfService.AT_LEAST_ONCE,
                        false,
                        MqttProperties.EMPTY,
                        ByteBuffer.allocate(0));
        try (RawDevice tank = dial(scene.tank.identity(), MqttVersion.V5)) {
            tank.send(
                    new Connect(
                            MqttVersion.V5,
                            true,
                            60,
                            "",
                            foreign,
                            null,
                            null,
                            MqttProperties.EMPTY));
            assertThat(((ConnAck) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        }
    }

    @Test
    void refusesExtendedAuthentication() throws Exception {
        try (RawDevice tank = dial(scene.tank.identity(), MqttVersion.V5)) {
            tank.send(
                    new Connect(
                            MqttVersion.V5,
                            true,
                            60,
                            "",
                            null,
                            null,
                            null,
                            MqttProperties.of(MqttProperty.AUTHENTICATION_METHOD, "SCRAM-SHA-1")));
            assertThat(((ConnAck) tank.receive()).reasonCode())
                    .isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
        }
    }

    /** The password proves nothing here; it must not even be looked at. */
    @Test
    void ignoresUserNameAndPassword() throws Exception {
        try (RawDevice tank = dial(scene.tank.identity(), MqttVersion.V3_1_1)) {
            tank.send(
                    new Connect(
                            MqttVersion.V3_1_1,
                            true,
                            60,
                            "tank-1",
                            null,
                            DeviceId.fresh().toString(),
                            ByteBuffer.wrap(new byte[] {1, 2, 3}),
                            MqttProperties.EMPTY));
            assertThat(((ConnAck) tank.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(scene.sessions.of(scene.tank.id())).isPresent();
        }
    }

    private RawDevice dial(TestIdentity identity, MqttVersion version) throws IOException {
        return RawDevice.dial(scene.port(), identity, version);
    }
}
