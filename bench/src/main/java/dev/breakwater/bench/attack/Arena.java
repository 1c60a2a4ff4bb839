/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.TlsLine;
import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

/**
 * One server with what is in it, and what attacks on it need. The server is as it is distributed:
 * no limit is another one than an operator gets without asking.
 */
final class Arena implements AutoCloseable {

    private final TestBed bed;
    private final BreakwaterServer server;
    private final TlsLine tls;
    private final ClientTls deviceTls;
    private final Dialer dialer;
    private final World world;
    private final Effort effort;
    private final Findings findings;
    private final Path directory;

    private Arena(
            TestBed bed,
            BreakwaterServer server,
            ClientTls deviceTls,
            String stranger,
            Effort effort,
            Findings findings,
            Path directory)
            throws Exception {
        this.bed = bed;
        this.server = server;
        this.tls = TlsLine.under(server.root());
        this.deviceTls = deviceTls;
        this.dialer = new Dialer(bed.loops(), deviceTls, server.channelPort());
        this.effort = effort;
        this.findings = findings;
        this.directory = directory;
        this.world = World.prepare(server, bed.fleet(), tls, stranger);
    }

    /**
     * Starts a server and fills it.
     *
     * @param stranger token of another organization's owner
     * @param directory for what programs leave behind
     */
    static Arena open(
            TestBed bed, String stranger, Effort effort, Findings findings, Path directory)
            throws Exception {
        BreakwaterServer server = bed.breakwater();
        ClientTls tls = null;
        try {
            tls = ClientTls.of(server.root(), server.keyExchange());
            return new Arena(bed, server, tls, stranger, effort, findings, directory);
        } catch (Exception failed) {
            server.close();
            if (tls != null) {
                tls.close();
            }
            throw failed;
        }
    }

    TestBed bed() {
        return bed;
    }

    BreakwaterServer server() {
        return server;
    }

    /** TLS for people and attackers. */
    TlsLine tls() {
        return tls;
    }

    /** Connects devices. */
    Dialer dialer() {
        return dialer;
    }

    World world() {
        return world;
    }

    Effort effort() {
        return effort;
    }

    Findings findings() {
        return findings;
    }

    Path directory() {
        return directory;
    }

    /** Begins to look after what is left for everybody else. */
    Watch watch() throws Exception {
        return Watch.begin(this);
    }

    /** The root's certificate as a file that programs read. */
    Path rootFile() throws IOException, CertificateEncodingException {
        String der =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(server.root().getEncoded());
        return Files.writeString(
                directory.resolve("root.pem"),
                "-----BEGIN CERTIFICATE-----\n" + der + "\n-----END CERTIFICATE-----\n");
    }

    @Override
    public void close() {
        server.close();
        deviceTls.close();
    }
}
