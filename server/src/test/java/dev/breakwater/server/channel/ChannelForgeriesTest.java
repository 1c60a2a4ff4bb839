/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.envelope.MemoryEnvelopes;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.OrganizationLifecycle;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everybody who is not who they claim to be, at the device channel: real TLS, a real database, and
 * forgeries that the authority's own key has signed (invariants I1, I2 and I12).
 */
final class ChannelForgeriesTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private DeviceChannel channel;
    private Enrolled tank;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        TestIdentity server = TestPki.create(world.clock).server("localhost", "127.0.0.1");
        channel =
                DeviceChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new TlsPolicy(TlsEngine.BORINGSSL, world.limits, world.clock),
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
        tank = world.enrolled("tank-1");
    }

    @AfterEach
    void close() {
        channel.close();
        world.close();
    }

    /**
     * One way to be somebody else.
     *
     * @param clientId what CONNECT says
     */
    private record Forgery(
            String kind, RefusalReason reason, TestIdentity identity, String clientId) {

        Forgery(String kind, RefusalReason reason, TestIdentity identity) {
            this(kind, reason, identity, "");
        }
    }

    /** Each with its own reason for the operator, and one and the same answer for the sender. */
    @ParameterizedTest
    @EnumSource
    void refusesEveryForgeryWithItsOwnReasonAndOneAnswer(MqttVersion version) throws Exception {
        byte[] answer = answerTo(world.forged(tank).selfSigned(), "", version);
        world.nextRefusal();
        assertThat(answer).startsWith(0x20);
        assertThat(answer[3]).isEqualTo((byte) (version == MqttVersion.V5 ? 0x87 : 0x05));

        for (List<Forgery> forgeries : List.of(unregistered(), fallen(), ofAnother())) {
            for (Forgery forgery : forgeries) {
                refuses(forgery, version, answer);
            }
        }
        world.clock.advance(Duration.ofDays(31));
        refuses(
                new Forgery(
                        "registered, expired", RefusalReason.CERTIFICATE_EXPIRED, tank.identity()),
                version,
                answer);

        assertThat(world.sessions.count()).isZero();
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    private List<Forgery> unregistered() {
        ForgedIdentities forged = world.forged(tank);
        TestIdentity stranger = forged.selfSigned();
        return List.of(
                new Forgery(
                        "self-signed", RefusalReason.CERTIFICATE_SELF_SIGNED, forged.selfSigned()),
                new Forgery(
                        "other authority",
                        RefusalReason.CERTIFICATE_FROM_OTHER_CA,
                        forged.otherAuthority()),
                new Forgery(
                        "other authority of the same name",
                        RefusalReason.CERTIFICATE_SIGNATURE_FORGED,
                        forged.otherAuthorityOfTheSameName()),
                new Forgery(
                        "signature of zeros (CVE-2022-21449)",
                        RefusalReason.CERTIFICATE_SIGNATURE_FORGED,
                        forged.zeroSignature()),
                new Forgery(
                        "same common name",
                        RefusalReason.CERTIFICATE_UNREGISTERED,
                        forged.sameCommonName()),
                new Forgery("expired", RefusalReason.CERTIFICATE_EXPIRED, forged.expired()),
                new Forgery(
                        "not yet valid",
                        RefusalReason.CERTIFICATE_NOT_YET_VALID,
                        forged.notYetValid()),
                new Forgery(
                        "for servers",
                        RefusalReason.CERTIFICATE_WRONG_USAGE,
                        forged.wrongExtendedKeyUsage()),
                new Forgery("a weak key", RefusalReason.CERTIFICATE_UNREGISTERED, forged.weakKey()),
                new Forgery(
                        "the victim's certificate behind the leaf (CVE-2023-2422)",
                        RefusalReason.CERTIFICATE_SELF_SIGNED,
                        new TestIdentity(
                                stranger.keys(),
                                List.of(stranger.leaf(), tank.identity().leaf()))));
    }

    /** Registered, and out of the trusted set since. */
    private List<Forgery> fallen() {
        Enrolled copied = world.enrolled("copied");
        Enrolled successor = world.renewed(copied);
        assertThat(connect(successor.identity())).isEqualTo(ReasonCode.SUCCESS);
        Enrolled foreign = world.enrolledElsewhere("tank-1");
        new OrganizationLifecycle(world.organizations, world.sessions, world.registryVersion)
                .disable(foreign.organization(), "unpaid", EnrollmentWorld.OPERATOR);
        return List.of(
                new Forgery("revoked", RefusalReason.DEVICE_REVOKED, off(DeviceStatus.REVOKED)),
                new Forgery(
                        "suspended", RefusalReason.DEVICE_SUSPENDED, off(DeviceStatus.SUSPENDED)),
                new Forgery(
                        "quarantined",
                        RefusalReason.DEVICE_QUARANTINED,
                        off(DeviceStatus.QUARANTINED)),
                new Forgery("superseded", RefusalReason.CERTIFICATE_SUPERSEDED, copied.identity()),
                new Forgery(
                        "its successor, since one of the two is a clone",
                        RefusalReason.DEVICE_QUARANTINED,
                        successor.identity()),
                new Forgery(
                        "of a disabled organization",
                        RefusalReason.ORGANIZATION_DISABLED,
                        foreign.identity()));
    }

    /** A good identity under somebody else's name. */
    private List<Forgery> ofAnother() {
        Enrolled neighbour = world.enrolled("tank-2");
        Enrolled foreign = world.enrolledElsewhere("tank-9");
        return List.of(
                new Forgery(
                        "another device's id",
                        RefusalReason.CLIENT_ID_OF_ANOTHER,
                        neighbour.identity(),
                        tank.id().toString()),
                new Forgery(
                        "another device's serial",
                        RefusalReason.CLIENT_ID_OF_ANOTHER,
                        neighbour.identity(),
                        "tank-1"),
                new Forgery(
                        "another organization's device id",
                        RefusalReason.CLIENT_ID_OF_ANOTHER,
                        foreign.identity(),
                        tank.id().toString()));
    }

    private TestIdentity off(DeviceStatus status) {
        Enrolled device = world.enrolled(status.code());
        world.change(device, status);
        return device.identity();
    }

    /** These prove no key, so that TLS itself ends it before any MQTT. */
    @Test
    void endsTheHandshakeOfWhoeverCannotSignIt() throws Exception {
        ForgedIdentities forged = world.forged(tank);
        byte[] nothing = {};
        refuses(
                new Forgery(
                        "a copied certificate without its key",
                        RefusalReason.TLS_HANDSHAKE_FAILED,
                        forged.withoutItsKey(tank.identity().leaf())),
                MqttVersion.V5,
                nothing);
        // The key usage of an authority does not allow to sign a handshake (RFC 5280 4.2.1.3).
        refuses(
                new Forgery(
                        "an authority's certificate",
                        RefusalReason.CERTIFICATE_WRONG_USAGE,
                        forged.authorityAsLeaf()),
                MqttVersion.V5,
                nothing);
        assertThat(world.sessions.count()).isZero();
    }

    /** The session of the genuine holder ends in the same moment: one of the two is the thief. */
    @Test
    void closesTheSessionOfTheSuccessorWhenACopyAppears() throws Exception {
        Enrolled successor = world.renewed(tank);
        try (RawDevice genuine = dial(successor.identity(), MqttVersion.V5)) {
            genuine.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(((ConnAck) genuine.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);

            assertThat(answerTo(tank.identity(), "", MqttVersion.V5)).isNotEmpty();

            // DISCONNECT, administrative action.
            assertThat(genuine.untilClosed()).startsWith(0xE0).contains(0x98);
        }
        assertThat(world.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CERTIFICATE_SUPERSEDED.code());
        assertThat(world.newestRefusal("channel").organization())
                .isEqualTo(world.organization.toString());
        assertThat(world.actions()).contains("device.quarantined");
    }

    private void refuses(Forgery forgery, MqttVersion version, byte[] answer) throws Exception {
        double before = world.refused("channel", forgery.reason());

        assertThat(answerTo(forgery.identity(), forgery.clientId(), version))
                .as(forgery.kind())
                .isEqualTo(answer);

        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.details())
                .as(forgery.kind())
                .containsEntry("reason", forgery.reason().code())
                .containsEntry("source", "127.0.0.1");
        assertThat(world.newestRefusal("channel").details()).isEqualTo(refusal.details());
        assertThat(world.refused("channel", forgery.reason())).isEqualTo(before + 1);
    }

    /** All the server says before it closes the connection. */
    private byte[] answerTo(TestIdentity identity, String clientId, MqttVersion version)
            throws IOException {
        try (RawDevice stranger = dial(identity, version)) {
            trySending(stranger, new Connect(version, true, 60, clientId));
            return stranger.untilClosed();
        }
    }

    /** In TLS 1.3 the client may have been refused before it sends, and not know it yet. */
    private static void trySending(RawDevice stranger, Connect connect) {
        try {
            stranger.send(connect);
        } catch (IOException closed) {
            assertThat(closed).hasMessageNotContaining("timed out");
        }
    }

    private ReasonCode connect(TestIdentity identity) {
        try (RawDevice device = dial(identity, MqttVersion.V5)) {
            device.send(new Connect(MqttVersion.V5, true, 60, ""));
            return ((ConnAck) device.receive()).reasonCode();
        } catch (IOException failed) {
            throw new AssertionError("a good device was not let in", failed);
        }
    }

    private RawDevice dial(TestIdentity identity, MqttVersion version) throws IOException {
        return RawDevice.dial(channel.address().getPort(), identity, version);
    }
}
