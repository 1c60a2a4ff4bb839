/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS sessions that go on with another connection: when they may, and that nobody gains by it. */
final class SessionTicketsTest {

    private static final Duration ROTATION = Duration.ofHours(12);
    private static final Duration LIFE = Duration.ofHours(24);

    private final TestClock clock = TestClock.atPresent();

    @ParameterizedTest
    @CsvSource({
        "BORINGSSL, TLSv1.3",
        "BORINGSSL, TLSv1.2",
        "JDK,       TLSv1.3",
        "JDK,       TLSv1.2",
    })
    void goOnAndSaySo(TlsEngine engine, String protocol) throws Exception {
        try (ChannelScene scene = scene(engine)) {
            Client client = new Client(scene, protocol);

            assertThat(client.connectsResumed()).isFalse();
            assertThat(client.connectsResumed()).isTrue();

            assertThat(
                            scene.meters
                                    .get("breakwater.channel.handshakes")
                                    .tags("engine", engine.code(), "outcome", "done")
                                    .tags("protocol", protocol, "resumed", "true")
                                    .counter()
                                    .count())
                    .isEqualTo(1);
        }
    }

    /** CWE-613: whoever is out is out, however good the TLS session is that they still have. */
    @ParameterizedTest
    @CsvSource({
        "BORINGSSL, TLSv1.3, REVOKED,     DEVICE_REVOKED",
        "BORINGSSL, TLSv1.2, REVOKED,     DEVICE_REVOKED",
        "JDK,       TLSv1.3, REVOKED,     DEVICE_REVOKED",
        "JDK,       TLSv1.2, REVOKED,     DEVICE_REVOKED",
        "BORINGSSL, TLSv1.3, SUSPENDED,   DEVICE_SUSPENDED",
        "JDK,       TLSv1.3, QUARANTINED, DEVICE_QUARANTINED",
    })
    void gainNothingForADeviceThatIsOff(
            TlsEngine engine, String protocol, DeviceStatus status, RefusalReason reason)
            throws Exception {
        try (ChannelScene scene = scene(engine)) {
            Client client = new Client(scene, protocol);
            assertThat(client.connectsResumed()).isFalse();

            scene.change(scene.tank, status);

            refusesResumed(scene, client, reason);
        }
    }

    @ParameterizedTest
    @CsvSource({"BORINGSSL, TLSv1.3", "BORINGSSL, TLSv1.2", "JDK, TLSv1.3", "JDK, TLSv1.2"})
    void gainNothingOnceTheCertificateHasEnded(TlsEngine engine, String protocol) throws Exception {
        try (ChannelScene scene = scene(engine)) {
            Client client = new Client(scene, protocol);
            scene.registry.endCertificate(
                    scene.tank.identity().leaf(), clock.instant().plus(Duration.ofHours(1)));
            assertThat(client.connectsResumed()).isFalse();

            clock.advance(Duration.ofHours(1));

            refusesResumed(scene, client, RefusalReason.CERTIFICATE_EXPIRED);
        }
    }

    private static void refusesResumed(ChannelScene scene, Client client, RefusalReason reason)
            throws Exception {
        assertThat(client.answer()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(client.handshakesResumed()).isEqualTo(1);
        assertThat(scene.nextRefusal().details()).containsEntry("reason", reason.code());
        assertThat(scene.counted(reason)).isEqualTo(1);
        assertThat(scene.sessions.count()).isZero();
    }

    @Test
    void outliveTheRotationOfTheKeyThatSealedThem() throws Exception {
        try (ChannelScene scene = scene(TlsEngine.BORINGSSL)) {
            Client client = new Client(scene, "TLSv1.3");
            assertThat(client.connectsResumed()).isFalse();

            clock.advance(ROTATION);

            assertThat(client.connectsResumed()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void endWithTheKeyThatSealedThem(String protocol) throws Exception {
        try (ChannelScene scene = scene(TlsEngine.BORINGSSL)) {
            Client client = new Client(scene, protocol);
            assertThat(client.connectsResumed()).isFalse();

            clock.advance(LIFE);

            assertThat(client.connectsResumed()).isFalse();
            assertThat(client.connectsResumed()).isTrue();
        }
    }

    /** Nobody knows then how old the keys are. */
    @Test
    void endWhenTheClockIsSetBack() throws Exception {
        try (ChannelScene scene = scene(TlsEngine.BORINGSSL)) {
            Client client = new Client(scene, "TLSv1.3");
            assertThat(client.connectsResumed()).isFalse();

            clock.advance(Duration.ofSeconds(-1));

            assertThat(client.connectsResumed()).isFalse();
        }
    }

    /** A renewed certificate is no reason for a whole fleet to repeat the handshake. */
    @Test
    void outliveTheServersCertificateWithBoringSsl() throws Exception {
        try (ChannelScene scene = scene(TlsEngine.BORINGSSL)) {
            Client client = new Client(scene, "TLSv1.3");
            assertThat(client.connectsResumed()).isFalse();

            exchangeCertificate(scene);

            assertThat(client.connectsResumed()).isTrue();
        }
    }

    @Test
    void endWithTheServersCertificateWithTheJdk() throws Exception {
        try (ChannelScene scene = scene(TlsEngine.JDK)) {
            Client client = new Client(scene, "TLSv1.3");
            assertThat(client.connectsResumed()).isFalse();

            exchangeCertificate(scene);

            assertThat(client.connectsResumed()).isFalse();
            assertThat(client.connectsResumed()).isTrue();
        }
    }

    private static void exchangeCertificate(ChannelScene scene) throws IOException {
        TestIdentity fresh = scene.pki.server("localhost");
        scene.channel.identify(new TlsIdentity(fresh.keys().getPrivate(), fresh.chain()));
    }

    private ChannelScene scene(TlsEngine engine) throws IOException {
        return new ChannelScene(
                engine,
                Map.of(
                        Limit.CHANNEL_TICKET_SECONDS,
                        (int) LIFE.toSeconds(),
                        Limit.CHANNEL_TICKET_KEY_SECONDS,
                        (int) ROTATION.toSeconds()),
                clock);
    }

    /** The tank with a TLS of its own, which keeps the tickets it gets. */
    private record Client(ChannelScene scene, SSLContext context, String protocol) {

        Client(ChannelScene scene, String protocol) {
            this(scene, RawDevice.context(scene.tank.identity()), protocol);
        }

        /** Lets it in, and says whether its TLS session had gone on. */
        boolean connectsResumed() throws IOException {
            try (RawDevice device = dial()) {
                device.send(new Connect(MqttVersion.V5, true, 60, ""));
                assertThat(((ConnAck) device.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
                return scene.sessions.of(scene.tank.id()).orElseThrow().tls().resumed();
            }
        }

        ReasonCode answer() throws IOException {
            try (RawDevice device = dial()) {
                device.send(new Connect(MqttVersion.V5, true, 60, ""));
                return ((ConnAck) device.receive()).reasonCode();
            }
        }

        double handshakesResumed() {
            return scene.meters
                    .get("breakwater.channel.handshakes")
                    .tags("protocol", protocol, "resumed", "true")
                    .counter()
                    .count();
        }

        private RawDevice dial() throws IOException {
            SSLSocket socket = RawDevice.unshaken(scene.port(), context);
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return new RawDevice(socket, MqttVersion.V5);
        }
    }
}
