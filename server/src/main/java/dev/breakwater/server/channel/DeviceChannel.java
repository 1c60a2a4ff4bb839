/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.envelope.EnvelopeGate;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener that devices connect to: MQTT 3.1.1 and 5.0 over TLS, and over WebSocket inside TLS,
 * on one port. {@link ChannelGates} shows the way of a connection.
 */
public final class DeviceChannel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceChannel.class);

    private final Channel listener;
    private final ChannelGroup open;
    private final EventLoopGroup loops;
    private final ChannelTls tls;
    private final ChannelParts parts;

    private DeviceChannel(
            Channel listener,
            ChannelGroup open,
            EventLoopGroup loops,
            ChannelTls tls,
            ChannelParts parts) {
        this.listener = listener;
        this.open = open;
        this.loops = loops;
        this.tls = tls;
        this.parts = parts;
    }

    /**
     * What the channel works for and with.
     *
     * @param registry says who a device is
     * @param sessions gets a session for every device that is admitted
     * @param kept keeps sessions that outlive their connection
     * @param topics takes what devices publish
     * @param backlog says when no more should be read from devices
     * @param quotas says what each device may use
     * @param firewall says what each product allows its devices
     * @param envelopes says what each product's devices have to seal, and opens it
     */
    public record Surroundings(
            DeviceRegistry registry,
            LiveSessions sessions,
            KeptSessions kept,
            DeviceTopics topics,
            Backlog backlog,
            Quotas quotas,
            Firewall firewall,
            EnvelopeGate envelopes,
            Refusals refusals,
            Limits limits,
            MeterRegistry meters,
            Clock clock) {}

    /**
     * Opens the port.
     *
     * @param address port 0 takes a free one
     * @param identity without the root
     * @throws IOException if the port cannot be opened or key and certificate cannot be used
     */
    public static DeviceChannel open(
            InetSocketAddress address,
            TlsPolicy policy,
            TlsIdentity identity,
            Surroundings surroundings)
            throws IOException {
        Limits limits = surroundings.limits();
        ChannelTls tls = ChannelTls.of(policy, identity);
        Arrivals arrivals =
                new Arrivals(limits, Runtime.getRuntime().availableProcessors(), System::nanoTime);
        Quotas quotas = surroundings.quotas();
        DeviceTopics topics =
                new FirewalledTopics(
                        surroundings.topics(), surroundings.firewall(), surroundings.envelopes());
        BlockingWork blocking = new BlockingWork(limits.of(Limit.CHANNEL_ADMISSIONS_IN_WORK));
        ChannelParts parts =
                new ChannelParts(
                        surroundings.sessions(),
                        surroundings.kept(),
                        quotas,
                        topics,
                        limits,
                        surroundings.backlog(),
                        surroundings.clock(),
                        new Deadlines(),
                        blocking,
                        new ChannelRefusals(surroundings.refusals(), quotas),
                        new CloneAlarm(surroundings.registry(), surroundings.firewall()),
                        new ChannelMetrics(
                                policy.engine(),
                                surroundings.meters(),
                                arrivals,
                                blocking,
                                quotas));
        Admissions admissions =
                new Admissions(
                        surroundings.registry(),
                        surroundings.sessions(),
                        topics,
                        quotas,
                        surroundings.firewall(),
                        parts.refusals(),
                        parts.clones(),
                        new WrongTokens(limits, surroundings.clock()));
        ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        EventLoopGroup loops = Sockets.loops();
        ChannelFuture bound =
                Sockets.listener(loops, limits)
                        .childHandler(new ChannelGates(arrivals, tls, admissions, open, parts))
                        .bind(address)
                        .awaitUninterruptibly();
        DeviceChannel channel = new DeviceChannel(bound.channel(), open, loops, tls, parts);
        if (!bound.isSuccess()) {
            channel.close();
            throw new IOException(
                    "the device channel cannot listen on %s: %s"
                            .formatted(address, bound.cause().getMessage()),
                    bound.cause());
        }
        LOG.info("devices connect to {}", bound.channel().localAddress());
        return channel;
    }

    /**
     * Uses another identity from the next connection on; those that are open stay.
     *
     * @throws IOException if it cannot be used; the old one stays in use
     */
    public void identify(TlsIdentity identity) throws IOException {
        tls.identify(identity);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * Takes no more connections, tells every device that the server stops and when to come back,
     * and waits a bounded time for them to be gone. The store must still be open: what devices have
     * sent is acknowledged as long as they are connected.
     */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        Duration patience = parts.limits().seconds(Limit.CHANNEL_FAREWELL_SECONDS);
        Farewells.say(parts.sessions().all(), patience.dividedBy(2));
        // Queued on each event loop behind the farewells, so that nobody is cut off before theirs;
        // connections without a session have none to wait for.
        open.close().awaitUninterruptibly(patience.toMillis());
        parts.blocking().close();
        parts.deadlines().close();
        loops.shutdownGracefully(0, patience.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        tls.close();
    }
}
