/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Source addresses of the loopback network, taken in turn. Attackers, the devices of the fleet and
 * whoever measures have networks of their own, so that what is done about the ones is not felt by
 * the others. Thread-safe.
 */
public final class Sources {

    /** Whoever measures what everybody else gets. */
    public static final InetAddress PROBE = InetAddress.ofLiteral("127.0.0.2");

    /** Whoever prepares a server, before anything is measured. */
    public static final InetAddress OPERATOR = InetAddress.ofLiteral("127.0.0.3");

    /** Outside programs cannot choose their source, and get this one. */
    public static final InetAddress TOOL = InetAddress.ofLiteral("127.0.0.1");

    private static final int OCTET = 250;

    private final int network;
    private final int count;
    private final AtomicInteger next = new AtomicInteger();

    private Sources(int network, int count) {
        this.network = network;
        this.count = count;
    }

    /**
     * So many attackers.
     *
     * @param count at most 62,500
     */
    public static Sources attackers(int count) {
        return new Sources(66, count);
    }

    /** The next one; after the last comes the first. */
    public InetAddress next() {
        int number = Math.floorMod(next.getAndIncrement(), count);
        return InetAddress.ofLiteral(
                "127.%d.%d.%d".formatted(network, number / OCTET, 1 + number % OCTET));
    }
}
