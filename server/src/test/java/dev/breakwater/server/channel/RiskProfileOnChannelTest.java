/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.envelope.MemoryEnvelopes;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A product's risk profile at the device channel: real TLS, a real database. */
final class RiskProfileOnChannelTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private DeviceChannel channel;
    private Enrolled tank;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        channel = channel(TlsEngine.BORINGSSL);
        tank = world.enrolled("tank-1");
    }

    private DeviceChannel channel(TlsEngine engine) throws IOException {
        TestIdentity server = TestPki.create(world.clock).server("localhost", "127.0.0.1");
        return DeviceChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new TlsPolicy(engine, world.limits, world.clock),
                new TlsIdentity(server.keys().getPrivate(), server.chain()),
                new DeviceChannel.Surroundings(
                        world.registry,
                        world.sessions,
                        world.kept,
                        new HeldTopics(),
                        world.database.backlog(),
                        new Quotas(world.limits, Moment.Source.of(world.clock)),
                        new Firewall(world.limits, world.meters, world.clock),
                        MemoryEnvelopes.gate(world.limits, world.clock),
                        world.refusals,
                        world.limits,
                        world.meters,
                        world.clock));
    }

    @AfterEach
    void close() {
        channel.close();
        world.close();
    }

    @Test
    void refusesWhoeverHasLessAssuranceThanTheProductAsksFor() throws Exception {
        Enrolled secured = world.enrolled("tank-2", Assurance.HARDWARE_KEY);
        assertThat(connect(tank)).isEqualTo(ReasonCode.SUCCESS);

        world.changeRisk(RiskProfile.CRITICAL);

        assertThat(connect(tank)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.details())
                .containsEntry("reason", "assurance-too-low")
                .containsEntry("source", "127.0.0.1");
        assertThat(world.newestRefusal("channel").details()).isEqualTo(refusal.details());
        assertThat(world.refused("channel", RefusalReason.ASSURANCE_TOO_LOW)).isEqualTo(1);
        assertThat(connect(secured)).isEqualTo(ReasonCode.SUCCESS);

        world.changeRisk(RiskProfile.STANDARD);
        assertThat(connect(tank)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void endsTheSessionOfWhoeverIsConnectedWithLess() throws Exception {
        try (RawDevice device = dial(tank)) {
            device.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(((ConnAck) device.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);

            world.changeRisk(RiskProfile.CRITICAL);

            // DISCONNECT, administrative action.
            assertThat(device.untilClosed()).startsWith(0xE0).contains(0x98);
        }
        assertThat(world.sessions.count()).isZero();
    }

    /** Whoever comes back goes on with its TLS session, which has no certificate to go on with. */
    @ParameterizedTest
    @EnumSource
    void letsADeviceWithATokenInAndInAgain(TlsEngine engine) throws Exception {
        assertThat(world.registry.expectsTokens()).isFalse();
        world.changeRisk(RiskProfile.LOW);
        DeviceTokens.Outcome.Made beacon =
                (DeviceTokens.Outcome.Made)
                        world.tokens.register(
                                world.organization,
                                world.product,
                                new DeviceSerial("beacon-1"),
                                Optional.empty(),
                                EnrollmentWorld.OPERATOR);
        assertThat(world.registry.expectsTokens()).isTrue();
        byte[] token = beacon.text().reveal().getBytes(StandardCharsets.US_ASCII);
        Connect hello =
                new Connect(
                        MqttVersion.V5,
                        true,
                        60,
                        "",
                        null,
                        "beacon-1",
                        ByteBuffer.wrap(token),
                        MqttProperties.EMPTY);
        try (DeviceChannel other = channel(engine)) {
            SSLContext context = RawDevice.anonymous();
            for (int time = 0; time < 3; time++) {
                try (RawDevice device =
                        new RawDevice(
                                RawDevice.socket(other.address().getPort(), context),
                                MqttVersion.V5)) {
                    device.send(hello);
                    assertThat(((ConnAck) device.receive()).reasonCode())
                            .isEqualTo(ReasonCode.SUCCESS);
                }
            }
            // With tokens about, whoever has a certificate is asked for it as before.
            try (RawDevice device =
                    RawDevice.dial(other.address().getPort(), tank.identity(), MqttVersion.V5)) {
                device.send(new Connect(MqttVersion.V5, true, 60, ""));
                assertThat(((ConnAck) device.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    private ReasonCode connect(Enrolled as) throws IOException {
        try (RawDevice device = dial(as)) {
            device.send(new Connect(MqttVersion.V5, true, 60, ""));
            return ((ConnAck) device.receive()).reasonCode();
        }
    }

    private RawDevice dial(Enrolled as) throws IOException {
        return RawDevice.dial(channel.address().getPort(), as.identity(), MqttVersion.V5);
    }
}
