/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.TlsLine;
import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.TestBed;

/**
 * A running server with what is in it. It is as it is distributed: no limit is another one than an
 * operator gets without asking.
 */
final class Target implements AutoCloseable {

    private final BreakwaterServer server;
    private final TlsLine tls;
    private final ClientTls deviceTls;
    private final Dialer dialer;
    private final World world;

    private Target(
            BreakwaterServer server, TlsLine tls, ClientTls deviceTls, Dialer dialer, World world) {
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
    static Target start(TestBed bed, String stranger) throws Exception {
        BreakwaterServer server = bed.breakwater();
        try {
            TlsLine tls = TlsLine.under(server.root());
            World world = World.prepare(server, bed.fleet(), tls, stranger);
            ClientTls deviceTls = ClientTls.of(server.root(), server.keyExchange());
            Dialer dialer = new Dialer(bed.loops(), deviceTls, server.channelPort());
            return new Target(server, tls, deviceTls, dialer, world);
        } catch (Exception failed) {
            server.close();
            throw failed;
        }
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
