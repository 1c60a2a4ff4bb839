/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class RelayTest {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    @Test
    void carriesBytesBothWaysFromAnotherSourceEachTime() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, HERE);
                Relay relay = Relay.to(server.getLocalPort(), Sources.attackers(100))) {
            InetAddress first = carried(server, relay);
            InetAddress second = carried(server, relay);
            assertThat(first).isNotEqualTo(second).isNotEqualTo(HERE);
            assertThat(relay.carried()).isEqualTo(2);
        }
    }

    private static InetAddress carried(ServerSocket server, Relay relay) throws IOException {
        try (Socket client = new Socket(HERE, relay.port());
                Socket accepted = server.accept()) {
            client.getOutputStream()
                    .write("ask".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(accepted.getInputStream().readNBytes(3)).asString().isEqualTo("ask");
            accepted.getOutputStream().write('!');
            assertThat(client.getInputStream().read()).isEqualTo('!');
            return accepted.getInetAddress();
        }
    }
}
