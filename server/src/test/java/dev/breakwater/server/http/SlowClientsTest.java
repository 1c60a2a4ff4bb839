/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is slow on purpose is dropped, and whoever is merely quiet is not recorded. */
class SlowClientsTest {

    private static final String HERE = "127.0.0.1";
    private static final String HOST = "Host: 127.0.0.1\r\n";
    private static final long TEN_SECONDS_NANOS = 10_000_000_000L;

    /** Total times far beyond the test's, so that only the rate can end it. */
    private static final Map<Limit, Integer> PACE =
            Map.of(
                    Limit.HTTP_HEAD_SECONDS, 2,
                    Limit.HTTP_BODY_SECONDS, 60,
                    Limit.HTTP_GRACE_SECONDS, 1,
                    Limit.HTTP_BYTES_PER_SECOND_LEAST, 10_000,
                    Limit.HTTP_IDLE_SECONDS, 60);

    private ListenerScene scene;

    @BeforeEach
    void listen() throws Exception {
        scene = scene(PACE);
    }

    private static ListenerScene scene(Map<Limit, Integer> pace) throws Exception {
        return scene(HttpVersions.HTTP_1_1, pace);
    }

    private static ListenerScene scene(HttpVersions versions, Map<Limit, Integer> pace)
            throws Exception {
        return new ListenerScene(versions, new ReadingHandler(Pace.of(Limits.with(pace))), pace);
    }

    /** The same with parts of a reply that are soon due. */
    private static ListenerScene sceneOfReplies() throws Exception {
        Map<Limit, Integer> pace = new EnumMap<>(PACE);
        pace.put(Limit.HTTP_BODY_SECONDS, 2);
        return scene(pace);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void endsAHandshakeThatIsNeverMade() throws Exception {
        try (Socket socket = scene.tcp(HERE)) {
            Sockets.readToTheEnd(socket.getInputStream());
        }
        tooSlow("handshake");
    }

    @Test
    void endsAHeadThatTrickles() throws Exception {
        try (SSLSocket socket = scene.tls(HERE)) {
            trickle(socket, ("GET / HTTP/1.1\r\n" + HOST + "X: ").getBytes(US_ASCII));
        }
        tooSlow("head");
    }

    /** The second head on a connection is no better than the first. */
    @Test
    void endsASecondHeadThatTrickles() throws Exception {
        try (SSLSocket socket = scene.tls(HERE)) {
            Sockets.send(socket, "GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(Sockets.line(socket)).isEqualTo("HTTP/1.1 200 OK");
            trickle(socket, "GET".getBytes(US_ASCII));
        }
        tooSlow("head");
    }

    /** Browsers open connections ahead of time, and keep them when they have nothing to ask. */
    @Test
    void closesAQuietConnectionAndSaysNothingOfIt() throws Exception {
        try (SSLSocket used = scene.tls(HERE);
                SSLSocket unused = scene.tls(HERE)) {
            Sockets.send(used, "GET / HTTP/1.1\r\n" + HOST + "\r\n");
            Sockets.readToTheEnd(used.getInputStream());
            Sockets.readToTheEnd(unused.getInputStream());
        }
        assertThat(scene.refused("request-too-slow")).isZero();
    }

    @Test
    void endsABodyThatTricklesLongBeforeItsTotalTime() throws Exception {
        long began = System.nanoTime();
        try (SSLSocket socket = scene.tls(HERE)) {
            String head = "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9000\r\n\r\n";
            byte[] answer = trickle(socket, head.getBytes(US_ASCII));
            assertThat(new String(answer, US_ASCII)).startsWith("HTTP/1.1 408");
        }
        assertThat(System.nanoTime() - began).isLessThan(TEN_SECONDS_NANOS);
    }

    @Test
    void takesABodyThatComesInPieces() throws Exception {
        try (SSLSocket socket = scene.tls(HERE)) {
            Sockets.send(socket, "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9000\r\n\r\n");
            for (int i = 0; i < 9; i++) {
                Sockets.send(socket, "x".repeat(1_000));
            }
            assertThat(Sockets.line(socket)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    /** The reply is far larger than what the kernels at both ends hold. */
    @Test
    void endsAConnectionWhoseReplyIsNotTaken() throws Exception {
        try (ListenerScene replies = sceneOfReplies();
                SSLSocket socket = replies.tls(HERE)) {
            Sockets.send(socket, "GET /large HTTP/1.1\r\n" + HOST + "\r\n");
            AuditEvent entry = replies.audited.next();
            assertThat(entry.action()).isEqualTo("api.refused");
            assertThat(entry.details())
                    .containsEntry("reason", "reply-not-taken")
                    .containsEntry("source", HERE);
            assertThat(Sockets.readToTheEnd(socket.getInputStream()))
                    .isLessThan(ReadingHandler.LARGE_BYTES);
            assertThat(replies.refused("reply-not-taken")).isEqualTo(1);
        }
    }

    @Test
    void givesALargeReplyToWhoeverTakesIt() throws Exception {
        try (ListenerScene replies = sceneOfReplies();
                SSLSocket socket = replies.tls(HERE)) {
            Sockets.send(socket, "GET /large HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
            assertThat(Sockets.readToTheEnd(socket.getInputStream()))
                    .isGreaterThan(ReadingHandler.LARGE_BYTES);
            assertThat(replies.refused("reply-not-taken")).isZero();
        }
    }

    /**
     * What comes in one packet with the end of the handshake takes no thread and no turn that
     * others need. Only where protocols are agreed on, Jetty hands the connection over in between.
     */
    @ParameterizedTest
    @EnumSource(HttpVersions.class)
    void readsFromOthersHoweverManyBodiesAreAwaited(HttpVersions versions) throws Exception {
        Map<Limit, Integer> patient = new EnumMap<>(PACE);
        patient.put(Limit.HTTP_GRACE_SECONDS, 50);
        byte[] slow =
                ("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\n\r\n").getBytes(US_ASCII);
        List<SSLSocket> many = new ArrayList<>();
        try (ListenerScene listening = scene(versions, patient)) {
            for (int i = 0; i < 32; i++) {
                many.add(listening.tlsWith("127.0.0.66", slow));
            }
            try (SSLSocket other = listening.tls(HERE)) {
                Sockets.send(other, "GET / HTTP/1.1\r\n" + HOST + "\r\n");
                assertThat(Sockets.line(other)).isEqualTo("HTTP/1.1 200 OK");
            }
        } finally {
            for (SSLSocket socket : many) {
                socket.close();
            }
        }
    }

    /** Each is small, and has no body; whoever asks for many of them could leave them all lying. */
    @Test
    void endsAConnectionWhoseEmptyRepliesAreNotTaken() throws Exception {
        byte[] many = ("GET / HTTP/1.1\r\n" + HOST + "\r\n").repeat(1_000).getBytes(US_ASCII);
        try (SSLSocket socket = scene.tls(HERE)) {
            Thread asking =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            while (true) {
                                                socket.getOutputStream().write(many);
                                            }
                                        } catch (IOException closed) {
                                            // That is what is waited for.
                                        }
                                    });
            assertThat(asking.join(Duration.ofNanos(3 * TEN_SECONDS_NANOS))).isTrue();
            assertThat(scene.refused("reply-not-taken")).isEqualTo(1);
        }
    }

    private void tooSlow(String what) throws InterruptedException {
        AuditEvent entry = scene.audited.next();
        assertThat(entry.action()).isEqualTo("api.refused");
        assertThat(entry.details())
                .containsEntry("reason", "request-too-slow")
                .containsEntry("what", what)
                .containsEntry("source", HERE);
        assertThat(scene.refused("request-too-slow")).isEqualTo(1);
    }

    /** Sends these bytes and then one byte in each moment in which no answer comes. */
    private static byte[] trickle(SSLSocket socket, byte[] beginning) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(beginning);
        out.flush();
        socket.setSoTimeout(100);
        ByteBuffer answer = ByteBuffer.allocate(65_536);
        long began = System.nanoTime();
        while (System.nanoTime() - began < TEN_SECONDS_NANOS) {
            try {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return answer.array();
                }
                answer.put((byte) next);
            } catch (SocketTimeoutException nothingYet) {
                try {
                    out.write('x');
                    out.flush();
                } catch (SocketException | SSLException closed) {
                    return answer.array();
                }
            } catch (SocketException | SSLException closed) {
                return answer.array();
            }
        }
        throw new AssertionError("the server waits for a client that trickles");
    }
}
