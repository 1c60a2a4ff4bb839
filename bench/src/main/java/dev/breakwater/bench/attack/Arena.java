/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.TlsLine;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.Fleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

/**
 * What one attack gets.
 *
 * @param target the server that it is against
 * @param fleet the devices that have enrolled with that server
 * @param directory for what programs leave behind
 */
record Arena(Target target, Fleet fleet, Effort effort, Findings findings, Path directory) {

    BreakwaterServer server() {
        return target.server();
    }

    /** TLS for people and attackers. */
    TlsLine tls() {
        return target.tls();
    }

    /** Connects devices. */
    Dialer dialer() {
        return target.dialer();
    }

    World world() {
        return target.world();
    }

    /** Begins to look after what is left for everybody else. */
    Watch watch() throws IOException, InterruptedException {
        return Watch.begin(this);
    }

    /** The root's certificate as a file that programs read. */
    Path rootFile() throws IOException, CertificateEncodingException {
        String der =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(server().root().getEncoded());
        return Files.writeString(
                directory.resolve("root.pem"),
                "-----BEGIN CERTIFICATE-----\n" + der + "\n-----END CERTIFICATE-----\n");
    }
}
