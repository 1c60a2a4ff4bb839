/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The real handlers behind TLS, for channels that live in one thread: no socket, no TLS, no other
 * thread. So whatever would block is not done: a CONNECT is answered "server busy", as when too
 * many are being judged.
 */
final class TlsFreeChannels {

    final Limits limits =
            Limits.with(
                    Map.of(
                            Limit.CHANNEL_ACCEPTS_PER_SECOND,
                            1_000_000,
                            Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE,
                            1_000_000));
    final ChannelGates gates;
    final ChannelParts parts;
    final AuthenticatedDevice device;
    final Peer peer;
    final Arrivals arrivals;

    TlsFreeChannels() throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);
        TestPki pki = TestPki.create(clock);
        TestIdentity server = pki.server("localhost");
        TestIdentity tank = pki.device(DeviceId.fresh(), new DeviceSerial("tank-1"));
        this.arrivals = new Arrivals(limits, 1, System::nanoTime);
        LiveSessions sessions = new LiveSessions();
        DeviceTopics topics = new StoringTopics();
        Quotas quotas = new Quotas(limits, Moment.Source.of(clock));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        BlockingWork none = new BlockingWork(1);
        none.close();
        MemoryRegistry registry = new MemoryRegistry();
        RegistryVersion version = new RegistryVersion();
        DeviceRegistry admitting =
                new DeviceRegistry(
                        registry,
                        List.of(pki.issuing(), pki.root()),
                        new DeviceLifecycle(registry, sessions, version),
                        limits,
                        clock,
                        version);
        Firewall firewall = new Firewall(limits, meters, clock);
        this.parts =
                new ChannelParts(
                        sessions,
                        new KeptSessions(new MemorySessions(), sessions, clock),
                        quotas,
                        topics,
                        limits,
                        new Backlog(limits.of(Limit.STORE_BACKLOG_BYTES)),
                        clock,
                        new Deadlines(),
                        none,
                        new ChannelRefusals(
                                new Refusals(new RecordingAuditLog(), meters, clock, 1), quotas),
                        new CloneAlarm(admitting, firewall),
                        new ChannelMetrics(TlsEngine.BORINGSSL, meters, arrivals, none, quotas));
        this.gates =
                new ChannelGates(
                        arrivals,
                        ChannelTls.of(
                                new TlsPolicy(TlsEngine.BORINGSSL, limits, clock),
                                new TlsIdentity(server.keys().getPrivate(), server.chain())),
                        new Admissions(
                                admitting,
                                sessions,
                                topics,
                                quotas,
                                firewall,
                                parts.refusals(),
                                parts.clones(),
                                new WrongTokens(parts.limits(), parts.clock())),
                        new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE),
                        parts);
        this.device = ProvenDevices.of(OrganizationId.fresh(), DeviceId.fresh());
        TlsFacts facts = new TlsFacts("TLSv1.3", "none", TlsFacts.UNKNOWN, false);
        this.peer = new Peer("192.0.2.1", facts, tank.leaf());
    }

    /** A place for a connection, until its channel closes. */
    Arrivals.Place place(Channel channel) {
        return switch (arrivals.arrive(channel.remoteAddress())) {
            case Arrivals.Arrival.Arrived(Arrivals.Place place) -> {
                channel.closeFuture().addListener(closed -> place.left());
                yield place;
            }
            case Arrivals.Arrival.Shed(Limit limit) ->
                    throw new IllegalStateException("no place left: " + limit.key());
        };
    }

    /** Stores at once, or fails at once as the first byte of the payload says; keeps nothing. */
    private static final class StoringTopics implements DeviceTopics {

        private static final TopicName COMMAND = TopicName.of("me/commands/1");

        @Override
        public boolean takes(TopicName topic) {
            return topic.text().equals(Topics.TELEMETRY) || topic.text().equals(Topics.STATE);
        }

        @Override
        public boolean offers(TopicFilter filter) {
            return filter.text().startsWith("me/") && filter.matches(COMMAND);
        }

        @Override
        public void publish(
                AuthenticatedDevice device,
                TopicName topic,
                int packetId,
                byte[] payload,
                Completion<Object> completion) {
            int first = payload.length == 0 ? 0 : payload[0];
            if (!takes(topic)) {
                completion.failed(new MessageRefused(RefusalReason.TOPIC_REFUSED, "no such topic"));
            } else if (first == 'r') {
                completion.failed(new MessageRefused(RefusalReason.PAYLOAD_REFUSED, "as it asks"));
            } else if (first == 'u') {
                completion.failed(new StorageUnavailable("as the payload asks"));
            } else {
                completion.durable("stored");
            }
        }

        @Override
        public void publishOpened(
                AuthenticatedDevice device,
                TopicName topic,
                int packetId,
                byte[] envelope,
                byte[] content,
                long number,
                Completion<Object> completion) {
            publish(device, topic, packetId, envelope, completion);
        }

        @Override
        public boolean mustRecall(AuthenticatedDevice device, byte[] payload) {
            return false;
        }

        @Override
        public boolean keeps(TopicName topic) {
            return topic.text().equals(Topics.TELEMETRY);
        }

        @Override
        public void recall(AuthenticatedDevice device, Completion<Recalled> completion) {
            completion.durable((topic, packetId, payload) -> payload.length == 7);
        }

        @Override
        public void catchUp(AuthenticatedDevice device, Predicate<TopicName> subscribed) {}
    }
}
