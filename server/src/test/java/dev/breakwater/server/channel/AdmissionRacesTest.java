/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.envelope.MemoryEnvelopes;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.HookedCredentials;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.RecordingSession;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device is revoked between any two steps of its own admission, over real TLS and on a real
 * database; {@code RegistryVersion} says why none of these lets it in.
 */
final class AdmissionRacesTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private HookedCredentials credentials;
    private DeviceChannel channel;
    private Enrolled tank;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        credentials = new HookedCredentials(world.credentials);
        DeviceRegistry registry =
                new DeviceRegistry(
                        credentials,
                        world.authority.issuers(),
                        world.lifecycle,
                        world.limits,
                        world.clock,
                        world.registryVersion);
        TestIdentity server = TestPki.create(world.clock).server("localhost", "127.0.0.1");
        channel =
                DeviceChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new TlsPolicy(TlsEngine.BORINGSSL, world.limits, world.clock),
                        new TlsIdentity(server.keys().getPrivate(), server.chain()),
                        new DeviceChannel.Surroundings(
                                registry,
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
        tank = world.enrolled("tank-1");
    }

    @AfterEach
    void close() {
        channel.close();
        world.close();
    }

    @Test
    void refusesADeviceRevokedBetweenLookUpAndAttaching() throws Exception {
        credentials.afterNextFind(this::revoke);

        connectsInVain();

        assertThat(world.nextRefusal().details())
                .containsEntry("reason", RefusalReason.DEVICE_REVOKED.code());
    }

    /** The session before is closed by the new one's attaching: at this moment it is revoked. */
    @Test
    void refusesADeviceRevokedBetweenAttachingAndConfirming() throws Exception {
        world.sessions.attach(new RecordingSession(tank.id(), world.organization, this::revoke));

        connectsInVain();

        assertThat(world.nextRefusal().details())
                .containsEntry("reason", RefusalReason.DEVICE_REVOKED.code());
    }

    /** The comparison has passed, so the session itself is what the revocation closes. */
    @Test
    void closesTheSessionOfADeviceRevokedWhileItsConfirmationIsWritten() throws Exception {
        credentials.afterNextConfirmation(this::revoke);

        connectsInVain();
    }

    private void revoke() {
        world.change(tank, DeviceStatus.REVOKED);
    }

    private void connectsInVain() throws Exception {
        try (RawDevice device =
                RawDevice.dial(channel.address().getPort(), tank.identity(), MqttVersion.V5)) {
            device.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(((ConnAck) device.receive()).reasonCode())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(device.untilClosed()).isEmpty();
        }
        assertThat(world.sessions.count()).isZero();
    }
}
