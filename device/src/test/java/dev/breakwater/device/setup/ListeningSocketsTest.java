/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.setup.ListeningSockets.Listening;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListeningSocketsTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static List<Integer> ports() throws Exception {
        return ListeningSockets.ofThisProcess().stream()
                .map(listening -> listening.address().getPort())
                .toList();
    }

    @Test
    void findsWhatListensAndForgetsItWhenItIsClosed() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            port = socket.getLocalPort();
            assertThat(ListeningSockets.ofThisProcess())
                    .filteredOn(listening -> listening.address().getPort() == port)
                    .singleElement()
                    .satisfies(listening -> assertThat(listening.protocol()).startsWith("tcp"));
        }
        assertThat(ports()).doesNotContain(port);
    }

    @Test
    void findsWhoeverTakesDatagramsFromAnybodyAndNobodyElse() throws Exception {
        try (DatagramSocket open = new DatagramSocket(0, LOOPBACK);
                DatagramSocket connected = new DatagramSocket(0, LOOPBACK)) {
            connected.connect(LOOPBACK, open.getLocalPort());
            assertThat(ports())
                    .contains(open.getLocalPort())
                    .doesNotContain(connected.getLocalPort());
        }
    }

    @Test
    void takesNoConnectionForAListener() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
                Socket client = new Socket(LOOPBACK, server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(ports())
                    .containsOnlyOnce(accepted.getLocalPort())
                    .doesNotContain(client.getLocalPort());
        }
    }

    @Test
    void readsTheKernelsTables() throws Exception {
        List<String> tcp =
                List.of(
                        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                        "   0: 0100007F:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0",
                        "   1: 0100007F:20FC 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0 0 10 0",
                        "   2: 0100007F:20FD 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 13 1 0 100 0 0 10 0",
                        "   3: short");
        assertThat(ListeningSockets.listening("tcp", tcp, Set.of("11", "13")))
                .containsExactly(new Listening("tcp", new InetSocketAddress(LOOPBACK, 8443)));
        List<String> tcp6 =
                List.of(
                        "  sl",
                        "   0: 00000000000000000000000001000000:20FB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1");
        assertThat(ListeningSockets.listening("tcp6", tcp6, Set.of("11")))
                .containsExactly(
                        new Listening(
                                "tcp6", new InetSocketAddress(InetAddress.ofLiteral("::1"), 8443)));
        assertThat(ListeningSockets.listening("udp", List.of(), Set.of("11"))).isEmpty();
    }
}
