/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.ban.Ban;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.Limit;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
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

/** A source that is refused too often is not let in any more, and the others do not notice. */
class BannedSourcesTest {

    private static final String ATTACKER = "127.0.0.66";
    private static final String HERE = "127.0.0.1";
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    private static final int CONNECTIONS = 8;
    private static final int HEAD_SECONDS = 2;

    private ListenerScene scene;

    @BeforeEach
    void listen() throws Exception {
        scene =
                new ListenerScene(
                        HttpVersions.HTTP_1_1,
                        new Answering(),
                        Map.of(
                                Limit.BAN_POINTS,
                                20,
                                Limit.HTTP_HEAD_SECONDS,
                                HEAD_SECONDS,
                                Limit.HTTP_BANNED_HELD,
                                1,
                                Limit.HTTP_CONNECTIONS_PER_SOURCE,
                                CONNECTIONS));
    }

    @AfterEach
    void close() {
        scene.close();
    }

    /** Hung up on at once it would try again at once; how many are held is bounded. */
    @Test
    void leavesABannedSourceWithoutAnAnswerForAWhile() throws Exception {
        malformThreeTimes();

        assertThat(scene.bans.list())
                .singleElement()
                .satisfies(
                        ban -> {
                            assertThat(ban.network().name()).isEqualTo(ATTACKER);
                            assertThat(ban.reason()).isEqualTo("request-malformed");
                        });
        double turnedAway = turnedAway();
        try (Socket held = scene.tcp(ATTACKER);
                Socket oneTooMany = scene.tcp(ATTACKER)) {
            held.getOutputStream().write(REQUEST.getBytes(US_ASCII));
            long began = System.nanoTime();
            assertThat(isClosed(oneTooMany)).isTrue();
            assertThat(answers(HERE)).isTrue();
            assertThat(isClosed(held)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isGreaterThan(Duration.ofSeconds(HEAD_SECONDS - 1));
        }
        assertThat(turnedAway()).isEqualTo(turnedAway + 2);
    }

    @Test
    void letsTheSourceInAgainWhenItsBanIsLifted() throws Exception {
        malformThreeTimes();
        assertThat(scene.bans.lift(new SourceNetwork(ATTACKER))).isPresent();

        assertThat(answers(ATTACKER)).isTrue();
    }

    /** Whoever holds a connection from before must not go on there. */
    @Test
    void closesAnOlderConnectionAtItsNextRequest() throws Exception {
        try (SSLSocket older = scene.tls(ATTACKER)) {
            assertThat(answers(older)).isTrue();
            malformThreeTimes();
            older.getOutputStream().write(REQUEST.getBytes(US_ASCII));
            older.getOutputStream().flush();

            assertThat(isClosed(older)).isTrue();
        }
    }

    /** Failed handshakes and heads that are none weigh as much as what is said inside TLS. */
    @Test
    void bansForHandshakesThatFail() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (Socket socket = scene.tcp(ATTACKER)) {
                socket.getOutputStream().write(REQUEST.getBytes(US_ASCII));
                socket.getOutputStream().flush();
                assertThat(scene.audited.next().details())
                        .containsEntry("reason", "tls-handshake-failed");
            }
        }
        assertThat(scene.audited.next().action()).isEqualTo("ban.begun");
        assertThat(scene.bans.list())
                .extracting(Ban::reason)
                .containsExactly("tls-handshake-failed");
    }

    @Test
    void leavesPlacesForOthersHoweverManyConnectionsOneSourceOpens() throws Exception {
        List<SSLSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                held.add(scene.tls(ATTACKER));
            }
            try (Socket oneTooMany = scene.tcp(ATTACKER)) {
                assertThat(isClosed(oneTooMany)).isTrue();
            }
            assertThat(scene.audited.next().details())
                    .containsEntry("reason", "connection-shed")
                    .containsEntry("limit", "http-connections-per-source");
            assertThat(scene.refused("connection-shed")).isEqualTo(1);
            assertThat(answers(HERE)).isTrue();
            assertThat(answers(held.getFirst())).isTrue();
        } finally {
            for (SSLSocket socket : held) {
                socket.close();
            }
        }
        // The places come back as the server sees the ends of the connections.
        long began = System.nanoTime();
        boolean again = false;
        while (!again && System.nanoTime() - began < 10_000_000_000L) {
            again = answers(ATTACKER);
        }
        assertThat(again).isTrue();
    }

    private void malformThreeTimes() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (SSLSocket socket = scene.tls(ATTACKER)) {
                socket.getOutputStream().write("GET / NONSENSE\r\n\r\n".getBytes(US_ASCII));
                socket.getOutputStream().flush();
                assertThat(scene.audited.next().details())
                        .containsEntry("reason", "request-malformed")
                        .containsEntry("source", ATTACKER);
            }
        }
        assertThat(scene.audited.next().action()).isEqualTo("ban.begun");
    }

    private double turnedAway() {
        return scene.meters.counter("breakwater.bans.turned.away").count();
    }

    private boolean answers(String from) {
        try (SSLSocket socket = scene.tls(from)) {
            return answers(socket);
        } catch (IOException turnedAway) {
            return false;
        }
    }

    private static boolean answers(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(REQUEST.getBytes(US_ASCII));
        socket.getOutputStream().flush();
        return new String(socket.getInputStream().readNBytes(15), US_ASCII)
                .equals("HTTP/1.1 200 OK");
    }

    /** Reads what was answered before, and the end; a timeout is no end. */
    private static boolean isClosed(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException | SSLException reset) {
            return true;
        }
    }

    private static final class Answering extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(200);
            callback.succeeded();
            return true;
        }
    }
}
