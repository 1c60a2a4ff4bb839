/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.TlsLine;
import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.TestBed;
import dev.breakwater.server.limits.Limit;
import java.util.Map;
import java.util.TreeMap;

/**
 * A running server with what is in it. It is as it is distributed: no limit is another one than an
 * operator gets without asking, but for those that an attack says it has lifted.
 */
final class Target implements AutoCloseable {

    private final BreakwaterServer server;
    private final TlsLine tls;
    private final ClientTls deviceTls;
    private final Dialer dialer;
    private final World world;
    private final Map<Limit, Integer> lifted;

    private Target(
            BreakwaterServer server,
            TlsLine tls,
            ClientTls deviceTls,
            Dialer dialer,
            World world,
            Map<Limit, Integer> lifted) {
        this.lifted = lifted;
        this.server = server;
        this.tls = tls;
        this.deviceTls = deviceTls;
        this.dialer = dialer;
        this.world = world;
    }

    /**
     * Starts a server and fills it.
     *
     * @param stranger token of another organization's owner
     */
    static Target start(TestBed bed, Map<Limit, Integer> lifted, String stranger) throws Exception {
        Map<String, Integer> limits = new TreeMap<>();
        lifted.forEach((limit, value) -> limits.put(limit.key(), value));
        BreakwaterServer server = bed.breakwater(limits);
        try {
            TlsLine tls = TlsLine.under(server.root());
            World world = World.prepare(server, bed.fleet(), tls, stranger);
            ClientTls deviceTls = ClientTls.of(server.root(), server.keyExchange());
            Dialer dialer = new Dialer(bed.loops(), deviceTls, server.channelPort());
            return new Target(server, tls, deviceTls, dialer, world, lifted);
        } catch (Exception failed) {
            server.close();
            throw failed;
        }
    }

    Map<Limit, Integer> lifted() {
        return lifted;
    }

    BreakwaterServer server() {
        return server;
    }

    TlsLine tls() {
        return tls;
    }

    Dialer dialer() {
        return dialer;
    }

    World world() {
        return world;
    }

    @Override
    public void close() {
        server.close();
        deviceTls.close();
    }
}
