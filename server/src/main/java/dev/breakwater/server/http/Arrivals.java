/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.SelectorManager;

/**
 * Judges a connection as it is accepted, before a byte of TLS is spent on it: whether its source is
 * banned, and whether it has as many connections already as one source may have. Of a connection
 * that a proxy makes for somebody the source is known only when the proxy has said it; it is judged
 * then.
 */
final class Arrivals implements SelectorManager.AcceptListener {

    private final Gate gate;
    private final Bans bans;
    private final int perSourceMax;
    private final List<AddressRange> proxies;
    private final Map<SourceNetwork, Integer> counts = new ConcurrentHashMap<>();
    private final Map<SelectableChannel, SourceNetwork> sources = new ConcurrentHashMap<>();

    Arrivals(Gate gate, Bans bans, int perSourceMax, List<AddressRange> proxies) {
        this.gate = gate;
        this.bans = bans;
        this.perSourceMax = perSourceMax;
        this.proxies = List.copyOf(proxies);
    }

    /** What is to become of a connection. */
    enum Judgement {
        /** It is served, and {@link #left} when it is over. */
        ADMITTED,
        /** It is closed. */
        ONE_TOO_MANY,
        /** It is of no use to answer it. */
        BANNED
    }

    /** Whether anybody is a proxy. */
    boolean knowsProxies() {
        return !proxies.isEmpty();
    }

    /** Whether a connection from there comes by a proxy, and must say whom it is for. */
    boolean isProxy(SocketAddress remote) {
        if (proxies.isEmpty()) {
            return false;
        }
        SourceNetwork source = SourceNetwork.of(Gate.address(remote));
        return proxies.stream().anyMatch(range -> range.contains(source));
    }

    /** A proxy did not say whom its connection is for. */
    void unannounced(SocketAddress remote) {
        gate.refused(RefusalReason.PROXY_HEADER_MISSING, Gate.address(remote), Map.of());
    }

    /**
     * What is to become of a connection that was accepted; a proxy's is judged when it is known.
     */
    Judgement judgeAccepted(SelectableChannel socket, SocketAddress remote) {
        return isProxy(remote) ? Judgement.ADMITTED : judge(socket, remote);
    }

    /** What is to become of a connection whose source is known; counts it if it may stay. */
    Judgement judge(SelectableChannel socket, SocketAddress remote) {
        String address = Gate.address(remote);
        SourceNetwork source = SourceNetwork.of(address);
        if (bans.turnsAway(source)) {
            return Judgement.BANNED;
        }
        if (counts.merge(source, 1, Integer::sum) > perSourceMax) {
            leave(source);
            gate.refused(
                    RefusalReason.CONNECTION_SHED,
                    address,
                    Map.of("limit", Limit.HTTP_CONNECTIONS_PER_SOURCE.key()));
            return Judgement.ONE_TOO_MANY;
        }
        sources.put(socket, source);
        return Judgement.ADMITTED;
    }

    @Override
    public void onClosed(SelectableChannel socket) {
        left(socket);
    }

    @Override
    public void onAcceptFailed(SelectableChannel socket, Throwable cause) {
        left(socket);
    }

    /** The connection is over; whoever says so twice changes nothing. */
    void left(SelectableChannel socket) {
        SourceNetwork source = sources.remove(socket);
        if (source != null) {
            leave(source);
        }
    }

    private void leave(SourceNetwork source) {
        counts.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
    }
}
