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
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in, over a real TLS socket (invariants I1 and I2). */
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
            assertThat(terms.get(MqttProperty.TOPIC_ALIAS_MAXIMUM)).contains(0);
            assertThat(scene.registry.hasConnected(scene.tank.id())).isTrue();
            assertThat(scene.sessions.of(scene.tank.id())).isPresent();
        }
    }

    @Test
    void takesEitherOfTheDevicesOwnNamesAsClientId() throws Exception {
        for (String own : new String[] {scene.tank.id().toString(), "tank-1"}) {
            try (RawDevice tank = dial(scene.tank.identity(), MqttVersion.V3_1_1)) {
                tank.send(new Connect(MqttVersion.V3_1_1, false, 60, own));
                ConnAck accepted = (ConnAck) tank.receive();
                assertThat(accepted.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
                assertThat(accepted.sessionPresent()).isFalse();
            }
        }
    }

    /** Each kind has its own reason for the operator, and all read the same to the sender. */
    @ParameterizedTest
    @EnumSource
    void refusesEveryForgedIdentityWithItsOwnReasonAndOneAnswer(MqttVersion version)
            throws Exception {
        Map<RefusalReason, TestIdentity> kinds = forgeries();
        byte[] answer = refusalOf(scene.forged().selfSigned(), version, "");
        scene.nextRefusal();
        assertThat(answer).isNotEmpty();
        for (Map.Entry<RefusalReason, TestIdentity> kind : kinds.entrySet()) {
            assertThat(refusalOf(kind.getValue(), version, ""))
                    .as(kind.getKey().code())
                    .isEqualTo(answer);
            AuditEvent refusal = scene.nextRefusal();
            assertThat(refusal.details())
                    .containsEntry("reason", kind.getKey().code())
                    .containsKeys("source", "fingerprint", "client-id");
            assertThat(refusal.action()).isEqualTo("channel.refused");
            assertThat(scene.counted(kind.getKey())).isPositive();
        }
        assertThat(refusalOf(scene.tank.identity(), version, "tank-2")).isEqualTo(answer);
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CLIENT_ID_OF_ANOTHER.code())
                .containsEntry("client-id", "tank-2");
        assertThat(scene.sessions.count()).isZero();
    }

    private Map<RefusalReason, TestIdentity> forgeries() {
        ForgedIdentities forged = scene.forged();
        Map<RefusalReason, TestIdentity> kinds = new EnumMap<>(RefusalReason.class);
        kinds.put(RefusalReason.CERTIFICATE_FROM_OTHER_CA, forged.otherAuthority());
        kinds.put(RefusalReason.CERTIFICATE_SIGNATURE_FORGED, forged.otherAuthorityOfTheSameName());
        kinds.put(RefusalReason.CERTIFICATE_UNREGISTERED, forged.sameCommonName());
        kinds.put(RefusalReason.CERTIFICATE_EXPIRED, forged.expired());
        kinds.put(RefusalReason.CERTIFICATE_NOT_YET_VALID, forged.notYetValid());
        kinds.put(RefusalReason.CERTIFICATE_WRONG_USAGE, forged.wrongExtendedKeyUsage());
        kinds.put(RefusalReason.DEVICE_REVOKED, deviceOf(DeviceStatus.REVOKED));
        kinds.put(RefusalReason.DEVICE_SUSPENDED, deviceOf(DeviceStatus.SUSPENDED));
        kinds.put(RefusalReason.DEVICE_QUARANTINED, deviceOf(DeviceStatus.QUARANTINED));
        ChannelScene.Enrolled revoked = scene.enroll("revoked-certificate");
        scene.registry.revokeCredential(revoked.identity().leaf());
        kinds.put(RefusalReason.CERTIFICATE_REVOKED, revoked.identity());
        return kinds;
    }

    private TestIdentity deviceOf(DeviceStatus status) {
        ChannelScene.Enrolled device = scene.enroll("device-" + status.code());
        scene.change(device, status);
        return device.identity();
    }

    @Test
    void refusesASignatureOfZeros() throws Exception {
        assertThat(refusalOf(scene.forged().zeroSignature(), MqttVersion.V5, "")).isNotEmpty();
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CERTIFICATE_SIGNATURE_FORGED.code());
    }

    @Test
    void refusesDevicesOfADisabledOrganization() throws Exception {
        scene.registry.disableOrganization();
        assertThat(refusalOf(scene.tank.identity(), MqttVersion.V5, "")).isNotEmpty();
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.ORGANIZATION_DISABLED.code());
    }

    /**
     * The identity is the leaf alone: a good certificate behind it helps nobody (CVE-2023-2422).
     */
    @Test
    void judgesTheLeafAndNothingBehindIt() throws Exception {
        TestIdentity stranger = scene.forged().selfSigned();
        TestIdentity smuggling =
                new TestIdentity(
                        stranger.keys(),
                        java.util.List.of(stranger.leaf(), scene.tank.identity().leaf()));
        assertThat(refusalOf(smuggling, MqttVersion.V5, "")).isNotEmpty();
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CERTIFICATE_SELF_SIGNED.code());
    }

    @Test
    void refusesACopiedCertificateWithoutItsKeyInTheHandshake() throws Exception {
        TestIdentity copied = scene.forged().withoutItsKey(scene.tank.identity().leaf());
        assertThat(refusalOf(copied, MqttVersion.V5, "")).isEmpty();
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.TLS_HANDSHAKE_FAILED.code());
        assertThat(scene.sessions.count()).isZero();
    }

    /** The key usage of an authority does not allow to sign a handshake (RFC 5280 4.2.1.3). */
    @Test
    void refusesTheCertificateOfAnAuthorityInTheHandshake() throws Exception {
        assertThat(refusalOf(scene.forged().authorityAsLeaf(), MqttVersion.V5, "")).isEmpty();
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CERTIFICATE_WRONG_USAGE.code());
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

    @Test
    void quarantinesBothHoldersWhenAnOldGenerationReturns() throws Exception {
        TestIdentity renewed = scene.pki.device(scene.tank.id(), scene.tank.serial());
        scene.registry.enroll(scene.tank.id(), scene.tank.serial(), renewed.leaf(), 2);
        try (RawDevice current = dial(renewed, MqttVersion.V5)) {
            current.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(((ConnAck) current.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(refusalOf(scene.tank.identity(), MqttVersion.V5, "")).isNotEmpty();
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.CERTIFICATE_SUPERSEDED.code());
            assertThat(current.untilClosed()).isNotEmpty();
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

    private byte[] refusalOf(TestIdentity identity, MqttVersion version, String clientId)
            throws IOException {
        try (RawDevice stranger = dial(identity, version)) {
            stranger.send(new Connect(version, true, 60, clientId));
            byte[] answer = stranger.untilClosed();
            return Arrays.copyOf(answer, answer.length);
        }
    }
}
