/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.ban.Ban;
import dev.breakwater.server.limits.Limit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Behind a proxy the source is its client's, and nobody else can choose one. */
class ProxiedTest {

    private static final String PROXY = "127.0.0.80";
    private static final String CLIENT = "192.0.2.7";
    private static final String V1 = "PROXY TCP4 %s 127.0.0.1 40000 8443\r\n";
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    private static final int CONNECTIONS = 3;

    private ListenerScene scene;

    @BeforeEach
    void listen() throws Exception {
        scene =
                new ListenerScene(
                        HttpVersions.HTTP_1_1_AND_2,
                        new SayingWhoAsks(),
                        Map.of(
                                Limit.BAN_POINTS,
                                20,
                                Limit.HTTP_CONNECTIONS_PER_SOURCE,
                                CONNECTIONS),
                        List.of(AddressRange.parse(PROXY)));
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void takesTheSourceFromBothVersionsOfTheProtocol() throws Exception {
        assertThat(asked(V1.formatted(CLIENT).getBytes(US_ASCII))).contains(CLIENT);
        assertThat(asked(version2("c0000207", "7f000001"))).contains(CLIENT);
        assertThat(asked("PROXY TCP6 2001:db8::7 ::1 40000 8443\r\n".getBytes(US_ASCII)))
                .contains("2001:db8:0:0:0:0:0:7");
    }

    @Test
    void isTheSourceItselfWhereItAsksForItself() throws Exception {
        // A health check of the proxy's: version 2 with the command LOCAL.
        byte[] local = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "20" + "00" + "0000");
        assertThat(asked(local)).contains(PROXY);
    }

    @Test
    void hearsNoProxyThatDoesNotSayWhomItIsFor() throws Exception {
        try (Socket socket = scene.tcp(PROXY)) {
            socket.getOutputStream().write(HexFormat.of().parseHex("160301020001"));
            socket.getOutputStream().write(new byte[512]);
            socket.getOutputStream().flush();
            assertThat(isClosed(socket)).isTrue();
        }
        assertThat(scene.audited.next().details())
                .containsEntry("reason", "proxy-header-missing")
                .containsEntry("source", PROXY);
        assertThat(scene.refused("proxy-header-missing")).isEqualTo(1);
        assertThat(scene.bans.list()).isEmpty();
    }

    /** What is behind the choice between sources is nothing to choose from within TLS. */
    @Test
    void negotiatesNothingButHttp() throws Exception {
        for (String inner : List.of("client-of-proxy", "by-source", "ssl")) {
            try (SSLSocket socket = scene.tls("127.0.0.66", inner, "http/1.1")) {
                assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
                assertThat(answer(socket)).contains("127.0.0.66");
            }
        }
    }

    /** An address in front of the handshake is no handshake, from whoever is no proxy. */
    @Test
    void letsNobodyElseChooseAnAddress() throws Exception {
        try (Socket socket = scene.tcp("127.0.0.66")) {
            socket.getOutputStream().write(V1.formatted(CLIENT).getBytes(US_ASCII));
            socket.getOutputStream().flush();
            assertThat(scene.audited.next().details())
                    .containsEntry("reason", "tls-handshake-failed")
                    .containsEntry("source", "127.0.0.66");
            assertThat(isClosed(socket)).isTrue();
        }
        try (SSLSocket plain = scene.tls("127.0.0.66")) {
            assertThat(answer(plain)).contains("127.0.0.66");
        }
    }

    /** Whatever a header says of it, the source is that of the connection. */
    @Test
    void readsNoAddressInAHeader() throws Exception {
        String head =
                """
                GET / HTTP/1.1\r
                Host: 127.0.0.1\r
                X-Forwarded-For: 192.0.2.9\r
                Forwarded: for=192.0.2.9\r
                X-Real-IP: 192.0.2.9\r
                \r
                """;
        try (SSLSocket direct = scene.tls("127.0.0.66")) {
            assertThat(answer(direct, head)).contains("127.0.0.66").doesNotContain("192.0.2.9");
        }
        try (SSLSocket proxied = scene.tlsBehind(PROXY, V1.formatted(CLIENT).getBytes(US_ASCII))) {
            assertThat(answer(proxied, head)).contains(CLIENT).doesNotContain("192.0.2.9");
        }
    }

    @Test
    void bansTheClientAndNeitherTheProxyNorItsOtherClients() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (Socket socket = scene.tcp(PROXY)) {
                String head = V1.formatted(CLIENT) + REQUEST;
                socket.getOutputStream().write(head.getBytes(US_ASCII));
                socket.getOutputStream().flush();
                assertThat(scene.audited.next().details())
                        .containsEntry("reason", "tls-handshake-failed")
                        .containsEntry("source", CLIENT);
            }
        }
        assertThat(scene.audited.next().action()).isEqualTo("ban.begun");
        assertThat(scene.bans.list()).extracting(Ban::network).hasToString("[" + CLIENT + "]");

        try (Socket banned = scene.tcp(PROXY)) {
            banned.getOutputStream().write(V1.formatted(CLIENT).getBytes(US_ASCII));
            banned.getOutputStream().flush();
            assertThat(isClosed(banned)).isTrue();
        }
        assertThat(asked(V1.formatted("192.0.2.8").getBytes(US_ASCII))).contains("192.0.2.8");
    }

    @Test
    void countsTheConnectionsOfEachClient() throws Exception {
        List<SSLSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                held.add(scene.tlsBehind(PROXY, V1.formatted(CLIENT).getBytes(US_ASCII)));
            }
            try (Socket oneTooMany = scene.tcp(PROXY)) {
                oneTooMany.getOutputStream().write(V1.formatted(CLIENT).getBytes(US_ASCII));
                oneTooMany.getOutputStream().flush();
                assertThat(isClosed(oneTooMany)).isTrue();
            }
            assertThat(scene.audited.next().details())
                    .containsEntry("reason", "connection-shed")
                    .containsEntry("source", CLIENT);
            assertThat(asked(V1.formatted("192.0.2.8").getBytes(US_ASCII))).contains("192.0.2.8");
        } finally {
            for (SSLSocket socket : held) {
                socket.close();
            }
        }
        // The places are given back, each once.
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!answersAgain()) {
            assertThat(System.nanoTime()).as("a place was lost").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private boolean answersAgain() throws Exception {
        try {
            return asked(V1.formatted(CLIENT).getBytes(US_ASCII)).contains(CLIENT);
        } catch (SSLException | SocketException notYet) {
            return false;
        }
    }

    private String asked(byte[] proxyHeader) throws Exception {
        try (SSLSocket socket = scene.tlsBehind(PROXY, proxyHeader)) {
            return answer(socket);
        }
    }

    private static String answer(SSLSocket socket) throws IOException {
        return answer(socket, REQUEST);
    }

    private static String answer(SSLSocket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        socket.getOutputStream().flush();
        byte[] answer = new byte[4_096];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, length), UTF_8);
    }

    /** Version 2, PROXY, TCP over IPv4, and a TLV that means nothing to us. */
    private static byte[] version2(String from, String to) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        byte[] unknown = HexFormat.of().parseHex("e0000161");
        header.writeBytes(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "21" + "11"));
        header.writeBytes(ByteBuffer.allocate(2).putShort((short) (12 + unknown.length)).array());
        header.writeBytes(HexFormat.of().parseHex(from + to + "9c40" + "20fb"));
        header.writeBytes(unknown);
        return header.toByteArray();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // An alert may come before the end.
            }
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Answers with the address that everything else goes by. */
    private static final class SayingWhoAsks extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            byte[] address = Peer.address(request).getBytes(UTF_8);
            response.write(true, ByteBuffer.wrap(address), callback);
            return true;
        }
    }
}
