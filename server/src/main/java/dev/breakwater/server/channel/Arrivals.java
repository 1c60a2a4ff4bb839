/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.TokenRate;
import java.io.Serial;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What connections may take before anybody knows who they are: places, and turns at the handshake.
 * Both are counted for each source and for all together, each source first, so that what one source
 * takes too much costs the others nothing. Thread-safe; an answer takes about a microsecond.
 *
 * <p>A source is an address of IPv4, or a /64 of IPv6, which is what one customer of a provider
 * has. One address may well be a whole building of honest devices, so a source's share is large; it
 * is only never everything. The table of sources is bounded and forgets the longest unseen, which
 * is the least bad: an attacker with that many addresses has as many shares.
 */
final class Arrivals {

    /** The limits at which a connection is shed, in the order in which it meets them. */
    static final List<Limit> LIMITS =
            List.of(
                    Limit.CHANNEL_CONNECTIONS,
                    Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE,
                    Limit.CHANNEL_HALF_OPEN_PER_SOURCE,
                    Limit.CHANNEL_ACCEPTS_PER_SECOND,
                    Limit.CHANNEL_HALF_OPEN,
                    Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE,
                    Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE);

    /** Above every /64 of IPv6 that a connection can come from (ff00::/8 is multicast). */
    private static final long IPV4 = 0xFFFF_FFFF_0000_0000L;

    private final int connectionsMax;
    private final int halfOpenMax;
    private final int halfOpenPerSourceMax;
    private final TokenRate accepts;
    private final TokenRate acceptsPerSource;
    private final TokenRate handshakes;
    private final TokenRate handshakesPerSource;
    private final long turnWaitMaxNanos;
    private final LongSupplier nanos;
    private final Map<Long, Source> sources;
    private long acceptBucket;
    private long handshakeBucket;
    private int connections;
    private int halfOpen;

    /**
     * Nobody has arrived yet.
     *
     * @param cores how many processors share the handshakes
     * @param nanos a clock that is never set
     */
    Arrivals(Limits limits, int cores, LongSupplier nanos) {
        this.connectionsMax = limits.of(Limit.CHANNEL_CONNECTIONS);
        this.halfOpenMax = limits.of(Limit.CHANNEL_HALF_OPEN);
        this.halfOpenPerSourceMax = limits.of(Limit.CHANNEL_HALF_OPEN_PER_SOURCE);
        this.accepts = oneSecondAtOnce(limits.of(Limit.CHANNEL_ACCEPTS_PER_SECOND));
        this.acceptsPerSource =
                oneSecondAtOnce(limits.of(Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE));
        int all = limits.of(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE) * cores;
        this.handshakes = oneSecondAtOnce(all);
        // Half of all at most: the other half is there for everybody else.
        this.handshakesPerSource =
                oneSecondAtOnce(
                        Math.clamp(
                                limits.of(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE),
                                1,
                                Math.max(1, all / 2)));
        this.turnWaitMaxNanos = limits.seconds(Limit.CHANNEL_TURN_SECONDS).toNanos();
        this.nanos = nanos;
        this.sources = longestUnseenFirst(limits.of(Limit.CHANNEL_SOURCES));
    }

    private static TokenRate oneSecondAtOnce(int perSecond) {
        return new TokenRate(perSecond, perSecond);
    }

    private static Map<Long, Source> longestUnseenFirst(int sourcesMax) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Serial private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Source> eldest) {
                return size() > sourcesMax;
            }
        };
    }

    /** What becomes of somebody who has just connected. */
    sealed interface Arrival {

        /** They have a place. */
        record Arrived(Place place) implements Arrival {}

        /** They have none: this limit is reached. */
        record Shed(Limit limit) implements Arrival {}
    }

    /** When a handshake may begin. */
    sealed interface Turn {

        Turn NOW = new After(Duration.ZERO);

        /** After this time it is to be asked for again; zero is now. */
        record After(Duration delay) implements Turn {}

        /** Not soon enough: this limit is reached. */
        record Shed(Limit limit) implements Turn {}
    }

    /** Gives a place to a connection that was just accepted, or says which limit forbids it. */
    synchronized Arrival arrive(SocketAddress remote) {
        if (connections >= connectionsMax) {
            return new Arrival.Shed(Limit.CHANNEL_CONNECTIONS);
        }
        Source source = sources.computeIfAbsent(network(remote), unseen -> new Source());
        long now = nanos.getAsLong();
        long theirs = acceptsPerSource.spend(source.acceptBucket, 1, now);
        if (acceptsPerSource.debtNanos(theirs, now) > 0) {
            return new Arrival.Shed(Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE);
        }
        if (source.halfOpen >= halfOpenPerSourceMax) {
            return new Arrival.Shed(Limit.CHANNEL_HALF_OPEN_PER_SOURCE);
        }
        long all = accepts.spend(acceptBucket, 1, now);
        if (accepts.debtNanos(all, now) > 0) {
            return new Arrival.Shed(Limit.CHANNEL_ACCEPTS_PER_SECOND);
        }
        if (halfOpen >= halfOpenMax) {
            return new Arrival.Shed(Limit.CHANNEL_HALF_OPEN);
        }
        source.acceptBucket = theirs;
        acceptBucket = all;
        connections++;
        halfOpen++;
        source.halfOpen++;
        return new Arrival.Arrived(new Place(source));
    }

    /** The turn among the connections of this source. */
    private synchronized Turn turn(Source source) {
        long now = nanos.getAsLong();
        long theirs = handshakesPerSource.spend(source.handshakeBucket, 1, now);
        long wait = handshakesPerSource.debtNanos(theirs, now);
        if (wait > turnWaitMaxNanos) {
            return new Turn.Shed(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE);
        }
        source.handshakeBucket = theirs;
        return new Turn.After(Duration.ofNanos(wait));
    }

    /** The turn among all whose turn has come at their source. */
    private synchronized Turn turn() {
        long now = nanos.getAsLong();
        long all = handshakes.spend(handshakeBucket, 1, now);
        long wait = handshakes.debtNanos(all, now);
        if (wait > turnWaitMaxNanos) {
            return new Turn.Shed(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE);
        }
        handshakeBucket = all;
        return new Turn.After(Duration.ofNanos(wait));
    }

    private synchronized void introduced(Source source) {
        halfOpen--;
        source.halfOpen--;
    }

    private synchronized void left() {
        connections--;
    }

    /** Connections, whatever their state. */
    synchronized int connections() {
        return connections;
    }

    /** Connections whose CONNECT has not arrived yet. */
    synchronized int halfOpen() {
        return halfOpen;
    }

    /** Sources that are remembered. */
    synchronized int sources() {
        return sources.size();
    }

    private static long network(SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress internet) || internet.getAddress() == null) {
            return 0;
        }
        InetAddress address = internet.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? bytes.getLong()
                : IPV4 | Integer.toUnsignedLong(bytes.getInt());
    }

    /** Where a connection waits for its turn next. */
    private enum Queue {
        OF_SOURCE,
        OF_ALL,
        NONE
    }

    private static final class Source {
        private long acceptBucket;
        private long handshakeBucket;
        private int halfOpen;
    }

    /** One connection's place, from accept to close. It lives on the connection's event loop. */
    final class Place {

        private final Source source;
        private Queue queue = Queue.OF_SOURCE;
        private boolean unknown = true;

        private Place(Source source) {
            this.source = source;
        }

        /**
         * Asks for the turn at the handshake. A connection waits for its source's turn before it
         * asks for everybody's: a crowd must not hold what others could use in the meantime.
         */
        Turn turn() {
            if (queue == Queue.OF_SOURCE) {
                queue = Queue.OF_ALL;
                Turn turn = Arrivals.this.turn(source);
                if (!turn.equals(Turn.NOW)) {
                    return turn;
                }
            }
            if (queue == Queue.OF_ALL) {
                queue = Queue.NONE;
                return Arrivals.this.turn();
            }
            return Turn.NOW;
        }

        /** A CONNECT has arrived: what the connection takes from here on, it takes by name. */
        void introduced() {
            if (unknown) {
                unknown = false;
                Arrivals.this.introduced(source);
            }
        }

        /** The connection is closed. */
        void left() {
            introduced();
            Arrivals.this.left();
        }
    }
}
