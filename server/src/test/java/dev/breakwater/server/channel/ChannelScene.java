/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.envelope.MemoryEnvelopes;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real device channel on a free loopback port, with a registry in memory. */
final class ChannelScene implements AutoCloseable {

    /** Quotas that no test exceeds which is not about quotas. */
    static final Map<Limit, Integer> GENEROUS =
            Map.of(
                    Limit.DEVICE_CONNECTS_AT_ONCE, 1_000,
                    Limit.DEVICE_PUBLISHES_PER_SECOND, 100_000,
                    Limit.DEVICE_PUBLISHES_PER_SECOND_HIGHEST, 100_000,
                    Limit.DEVICE_BYTES_PER_SECOND, 1_073_741_824,
                    Limit.DEVICE_BYTES_PER_SECOND_HIGHEST, 1_073_741_824);

    final Clock clock;
    final TestPki pki;
    final MemoryRegistry registry = new MemoryRegistry();
    final LiveSessions sessions = new LiveSessions();
    final MemorySessions stored = new MemorySessions();
    final KeptSessions kept;
    final HeldTopics topics = new HeldTopics();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Backlog backlog;
    final DeviceLifecycle lifecycle;
    final DeviceChannel channel;
    final Enrolled tank;
    private final RecordingAuditLog audited = new RecordingAuditLog();

    /** A device that may come in. */
    record Enrolled(DeviceId id, DeviceSerial serial, TestIdentity identity) {}

    ChannelScene() throws IOException {
        this(Map.of());
    }

    ChannelScene(Map<Limit, Integer> changed) throws IOException {
        this(TlsEngine.BORINGSSL, changed, Clock.systemUTC());
    }

    ChannelScene(TlsEngine engine, Map<Limit, Integer> changed, Clock clock) throws IOException {
        this.clock = clock;
        this.kept = new KeptSessions(stored, sessions, clock);
        this.pki = TestPki.create(clock);
        Limits limits = Limits.with(changed);
        this.backlog = new Backlog(limits.of(Limit.STORE_BACKLOG_BYTES));
        RegistryVersion version = new RegistryVersion();
        Quotas quotas = new Quotas(limits, Moment.Source.of(clock));
        this.lifecycle = new DeviceLifecycle(registry, sessions, version);
        DeviceRegistry admitting =
                new DeviceRegistry(
                        registry,
                        List.of(pki.issuing(), pki.root()),
                        lifecycle,
                        limits,
                        clock,
                        version);
        TestIdentity server = pki.server("localhost", "127.0.0.1");
        this.channel =
                DeviceChannel.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new TlsPolicy(engine, limits, clock),
                        new TlsIdentity(server.keys().getPrivate(), server.chain()),
                        new DeviceChannel.Surroundings(
                                admitting,
                                sessions,
                                kept,
                                topics,
                                backlog,
                                quotas,
                                new Firewall(limits, meters, clock),
                                MemoryEnvelopes.gate(limits, clock),
                                new Refusals(audited, meters, clock, 10_000),
                                limits,
                                meters,
                                clock));
        this.tank = enroll("tank-1");
    }

    Enrolled enroll(String serial) {
        DeviceId id = DeviceId.fresh();
        DeviceSerial name = new DeviceSerial(serial);
        TestIdentity identity = pki.device(id, name);
        registry.enroll(id, name, identity.leaf(), 1);
        return new Enrolled(id, name, identity);
    }

    ForgedIdentities forged() {
        return new ForgedIdentities(pki, tank.id(), tank.serial());
    }

    int port() {
        return channel.address().getPort();
    }

    void change(Enrolled device, DeviceStatus status) {
        lifecycle.change(
                registry.organization,
                device.id(),
                status,
                "the test says so",
                Optional.empty(),
                new Actor.LocalOperator());
    }

    /** The next refusal in the audit log; waits for it. */
    AuditEvent nextRefusal() throws InterruptedException {
        return audited.next();
    }

    boolean hasNoMoreRefusals() {
        return audited.hasNoMore();
    }

    /** How often the metric counted this refusal. */
    double counted(RefusalReason reason) {
        return meters.get("breakwater.refusals")
                .tags("where", "channel", "reason", reason.code())
                .counter()
                .count();
    }

    @Override
    public void close() {
        channel.close();
        kept.close();
    }
}
