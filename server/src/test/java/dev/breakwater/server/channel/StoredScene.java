/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.command.NewCommand;
import dev.breakwater.server.delivery.ServedFiles;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.envelope.Envelopes;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.rollout.FleetUpdates;
import dev.breakwater.server.rollout.KnownReleases;
import dev.breakwater.server.rollout.StoredUpdates;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.SqlCommandStore;
import dev.breakwater.server.store.SqlEnvelopeKeyStore;
import dev.breakwater.server.store.SqlFindingStore;
import dev.breakwater.server.store.SqlFirewallStore;
import dev.breakwater.server.store.SqlSealingStore;
import dev.breakwater.server.store.SqlSessionStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.telemetry.Reading;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryQuery;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.server.twin.Twins;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A device channel with all features behind it, on a real SQLite file. */
final class StoredScene implements AutoCloseable {

    final EnrollmentWorld world;
    final Enrolled tank;
    KeptSessions kept;
    Commands commands;
    ApplicationFirewall firewall;
    Envelopes envelopes;
    private final SealingKey sealingKey = SealingKey.random();
    private Telemetry telemetry;
    private Twins twins;
    FleetUpdates updates;
    final KnownReleases releases = new KnownReleases();
    private CertificateRenewal renewal;
    private TokenRotation rotation;
    private UpdateFetching fetching;
    final ServedFiles served = new ServedFiles();
    private DeviceChannel channel;

    StoredScene(Path directory) throws Exception {
        world = new EnrollmentWorld(directory);
        tank = world.enrolled("tank-1");
        start();
    }

    private void start() throws IOException {
        LiveSessions sessions = world.sessions;
        kept = new KeptSessions(new SqlSessionStore(world.database), sessions, world.clock);
        SqlSealingStore sealing = new SqlSealingStore(world.database, world.audit);
        envelopes =
                Envelopes.over(
                        new SqlEnvelopeKeyStore(world.database, world.audit),
                        sealing,
                        sealing,
                        sealingKey,
                        sessions,
                        world.limits,
                        world.clock);
        commands =
                new Commands(
                        new SqlCommandStore(world.database, world.audit, world.clock),
                        envelopes.commands(),
                        sessions,
                        world.limits,
                        world.clock);
        updates =
                StoredUpdates.over(
                        releases,
                        world.database,
                        world.audit,
                        world.devices,
                        sessions,
                        world.limits,
                        world.clock);
        telemetry = new Telemetry(new SqlTelemetryStore(world.database), world.limits, world.clock);
        twins =
                new Twins(
                        new SqlTwinStore(world.database, world.audit),
                        sessions,
                        world.limits,
                        world.clock);
        firewall =
                ApplicationFirewall.over(
                        new SqlFirewallStore(world.database, world.audit),
                        new SqlFindingStore(world.database, world.audit),
                        sessions,
                        world.limits,
                        world.meters,
                        world.clock);
        renewal = new CertificateRenewal(world.renewals, sessions, world.limits);
        rotation = new TokenRotation(world.tokens, sessions, world.refusals, world.limits);
        fetching =
                new UpdateFetching(
                        served.files(world.artifacts),
                        sessions,
                        world.refusals,
                        world.limits,
                        System::nanoTime);
        channel = channel();
    }

    private DeviceChannel channel() throws IOException {
        TestIdentity server = TestPki.create(world.clock).server("localhost", "127.0.0.1");
        return DeviceChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new TlsPolicy(TlsEngine.BORINGSSL, world.limits, world.clock),
                new TlsIdentity(server.keys().getPrivate(), server.chain()),
                new DeviceChannel.Surroundings(
                        world.registry,
                        world.sessions,
                        kept,
                        new TopicRouter(
                                telemetry,
                                twins,
                                commands,
                                envelopes.commands(),
                                renewal,
                                rotation,
                                fetching,
                                updates.offers()),
                        world.database.backlog(),
                        new Quotas(world.limits, Moment.Source.of(world.clock)),
                        firewall.gate(),
                        envelopes.gate(),
                        world.refusals,
                        world.limits,
                        world.meters,
                        world.clock));
    }

    private void stop() {
        channel.close();
        updates.close();
        envelopes.close();
        firewall.findings().close();
        renewal.close();
        rotation.close();
        fetching.close();
        commands.close();
        kept.close();
    }

    /** Whatever was only in memory is gone. */
    void restart() throws IOException {
        stop();
        start();
    }

    int port() {
        return channel.address().getPort();
    }

    RawDevice dial(MqttVersion version) throws IOException {
        return RawDevice.dial(channel.address().getPort(), tank.identity(), version);
    }

    /** The same from another address of the loopback network. */
    RawDevice dialFrom(String source, MqttVersion version) throws IOException {
        int port = channel.address().getPort();
        return RawDevice.dialFrom(source, port, tank.identity(), version);
    }

    DeviceCommand command(String name) {
        NewCommand request =
                new NewCommand(name, object("{}"), Duration.ofSeconds(30), Duration.ofHours(2));
        CommandCreation created =
                commands.create(world.organization, tank.id(), request, EnrollmentWorld.OPERATOR);
        return ((CommandCreation.Created) created).command();
    }

    CommandState state(DeviceCommand command) {
        return commands.get(world.organization, tank.id(), command.id()).orElseThrow().state();
    }

    /**
     * Withdraws a command if it still waits. It comes after whatever the device has said about it
     * and the server has answered.
     */
    void cancel(DeviceCommand command) {
        commands.cancel(world.organization, command.id(), EnrollmentWorld.OPERATOR);
    }

    void desire(String json) {
        twins.setDesired(
                world.organization,
                tank.id(),
                new StatePatch(object(json)),
                Optional.empty(),
                EnrollmentWorld.OPERATOR);
    }

    /** What the device has told so far, oldest first, as text. */
    List<String> readings() {
        return told(TelemetryQuery.Kind.TELEMETRY).stream()
                .map(reading -> new String(reading.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    /** What the device has told so far, oldest first. */
    List<Reading> told(TelemetryQuery.Kind kind) {
        return telemetry.find(
                world.organization,
                tank.id(),
                new TelemetryQuery(
                        kind,
                        Instant.EPOCH,
                        Instant.parse("9999-01-01T00:00:00Z"),
                        TelemetryQuery.Order.OLDEST_FIRST,
                        Optional.empty(),
                        1_000));
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }

    @Override
    public void close() {
        stop();
        world.close();
    }
}
