/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
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

/** Whoever is slow on purpose is dropped, and whoever is merely quiet is not recorded. */
class SlowClientsTest {

    private static final String HERE = "127.0.0.1";
    private static final String HOST = "Host: 127.0.0.1\r\n";
    private static final int LARGE_BYTES = 16 << 20;
    private static final int PLACES = 8;
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
        return new ListenerScene(
                HttpVersions.HTTP_1_1, new Reading(Pace.of(Limits.with(pace))), pace);
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
            readToTheEnd(socket.getInputStream());
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
            send(socket, "GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(line(socket)).isEqualTo("HTTP/1.1 200 OK");
            trickle(socket, "GET".getBytes(US_ASCII));
        }
        tooSlow("head");
    }

    /** Browsers open connections ahead of time, and keep them when they have nothing to ask. */
    @Test
    void closesAQuietConnectionAndSaysNothingOfIt() throws Exception {
        try (SSLSocket used = scene.tls(HERE);
                SSLSocket unused = scene.tls(HERE)) {
            send(used, "GET / HTTP/1.1\r\n" + HOST + "\r\n");
            readToTheEnd(used.getInputStream());
            readToTheEnd(unused.getInputStream());
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
            send(socket, "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9000\r\n\r\n");
            for (int i = 0; i < 9; i++) {
                send(socket, "x".repeat(1_000));
            }
            assertThat(line(socket)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    /** The reply is far larger than what the kernels at both ends hold. */
    @Test
    void endsAConnectionWhoseReplyIsNotTaken() throws Exception {
        try (ListenerScene replies = sceneOfReplies();
                SSLSocket socket = replies.tls(HERE)) {
            send(socket, "GET /large HTTP/1.1\r\n" + HOST + "\r\n");
            AuditEvent entry = replies.audited.next();
            assertThat(entry.action()).isEqualTo("api.refused");
            assertThat(entry.details())
                    .containsEntry("reason", "reply-not-taken")
                    .containsEntry("source", HERE);
            assertThat(readToTheEnd(socket.getInputStream())).isLessThan(LARGE_BYTES);
            assertThat(replies.refused("reply-not-taken")).isEqualTo(1);
        }
    }

    @Test
    void givesALargeReplyToWhoeverTakesIt() throws Exception {
        try (ListenerScene replies = sceneOfReplies();
                SSLSocket socket = replies.tls(HERE)) {
            send(socket, "GET /large HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
            assertThat(readToTheEnd(socket.getInputStream())).isGreaterThan(LARGE_BYTES);
            assertThat(replies.refused("reply-not-taken")).isZero();
        }
    }

    @Test
    void givesAPlaceInWhichABodyIsAwaitedToSomebodyNew() throws Exception {
        givesThePlaceOfASlowClientAway("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\n\r\n");
    }

    @Test
    void givesAPlaceInWhichAReplyIsNotTakenToSomebodyNew() throws Exception {
        givesThePlaceOfASlowClientAway("GET /large HTTP/1.1\r\n" + HOST + "\r\n");
    }

    private static void givesThePlaceOfASlowClientAway(String slow) throws Exception {
        Map<Limit, Integer> crowded = new EnumMap<>(PACE);
        crowded.put(Limit.HTTP_GRACE_SECONDS, 50);
        crowded.put(Limit.HTTP_REQUESTS_IN_WORK, PLACES);
        List<SSLSocket> all = new ArrayList<>();
        try (ListenerScene full = scene(crowded)) {
            for (int i = 0; i < PLACES; i++) {
                all.add(full.tls("127.0.0.66"));
                send(all.get(i), slow);
            }
            assertThat(askUntilAPlaceIsGivenAway(full)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(full.refused("connection-shed")).isEqualTo(1);
            // The one that came first has been waiting longest.
            readToTheEnd(all.getFirst().getInputStream());
        } finally {
            for (SSLSocket socket : all) {
                socket.close();
            }
        }
    }

    /** Returns the answer to the request for which it was. */
    private static String askUntilAPlaceIsGivenAway(ListenerScene scene) throws IOException {
        long began = System.nanoTime();
        String last = "";
        while (scene.refused("connection-shed") == 0
                && System.nanoTime() - began < TEN_SECONDS_NANOS) {
            try (SSLSocket socket = scene.tls(HERE)) {
                send(socket, "GET / HTTP/1.1\r\n" + HOST + "\r\n");
                last = line(socket);
            }
        }
        return last;
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

    private static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String line(SSLSocket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        StringBuilder first = new StringBuilder();
        boolean inFirst = true;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\r') {
                continue;
            }
            if (next != '\n') {
                (inFirst ? first : line).append((char) next);
                continue;
            }
            if (!inFirst && line.isEmpty()) {
                return first.toString();
            }
            inFirst = false;
            line.setLength(0);
        }
        throw new IOException("no head came but: " + first);
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

    /** Returns how many bytes came before the server closed the connection, however it did. */
    private static int readToTheEnd(InputStream in) throws IOException {
        int count = 0;
        byte[] some = new byte[65_536];
        try {
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                count += read;
            }
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the server keeps the connection", open);
        } catch (SocketException | SSLException closed) {
            // Without a goodbye.
        }
        return count;
    }

    private static final class Reading extends Handler.Abstract {

        private final Pace pace;

        Reading(Pace pace) {
            this.pace = pace;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (Request.getPathInContext(request).equals("/large")) {
                response.write(true, ByteBuffer.allocate(LARGE_BYTES), callback);
                return true;
            }
            boolean read = RequestBody.read(request, 65_536, pace) instanceof RequestBody.Complete;
            response.setStatus(read ? 200 : 408);
            RequestBody.settle(request, read ? 200 : 408, response.getHeaders());
            response.getHeaders().put("Content-Length", 0);
            response.write(true, ByteBuffer.allocate(0), callback);
            return true;
        }
    }
}
