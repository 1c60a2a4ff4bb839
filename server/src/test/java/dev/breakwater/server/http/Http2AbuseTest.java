/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection that abuses HTTP/2 is closed within a hundred frames, by whatever frames it does. */
class Http2AbuseTest {

    private static final int BAD_FRAMES_MAX = 100;
    private static final String HERE = "127.0.0.1";

    private ListenerScene scene;

    @BeforeEach
    void listen() throws Exception {
        scene = new ListenerScene(HttpVersions.HTTP_1_1_AND_2, new Answering(), Map.of());
    }

    @AfterEach
    void close() {
        scene.close();
    }

    /** What the bytes of this test are worth: an honest client is served by them. */
    @Test
    void servesAnHonestClientAsManyRequestsAsItLikes() throws IOException {
        try (Http2Frames client = client()) {
            for (int i = 0; i < 300; i++) {
                client.get(2 * i + 1, "/");
                Http2Frames.Frame answer = client.read();
                while ((answer.flags() & Http2Frames.END_STREAM) == 0) {
                    assertThat(answer.type()).isNotEqualTo(Http2Frames.GOAWAY);
                    answer = client.read();
                }
                assertThat(answer.stream()).isEqualTo(2 * i + 1);
            }
        }
    }

    /** People close tabs: some resets are in order. */
    @Test
    void forgivesAFewResets() throws IOException {
        try (Http2Frames client = client()) {
            for (int i = 0; i < 10; i++) {
                client.get(2 * i + 1, "/wait");
                client.reset(2 * i + 1);
            }
            client.get(99, "/");
            Http2Frames.Frame answer = client.read();
            while (answer.stream() != 99) {
                assertThat(answer.type()).isNotEqualTo(Http2Frames.GOAWAY);
                answer = client.read();
            }
            assertThat(answer.type()).isEqualTo(Http2Frames.HEADERS);
        }
    }

    /** CVE-2023-44487, rapid reset: requests that their client withdraws at once. */
    @Test
    void endsAConnectionThatOpensStreamsOnlyToResetThem() throws Exception {
        closesWithin(
                (client, i) -> {
                    client.get(2 * i + 1, "/");
                    client.reset(2 * i + 1);
                });
        assertThat(scene.audited.next().details())
                .containsEntry("reason", "http2-abused")
                .containsEntry("source", HERE);
        assertThat(scene.refused("http2-abused")).isEqualTo(1);
    }

    /** CVE-2025-8671, MadeYouReset, by a window that is enlarged by nothing (section 6.9). */
    @Test
    void endsAConnectionThatMakesTheServerResetByEmptyWindowUpdates() throws IOException {
        closesWithin(
                (client, i) -> {
                    client.get(2 * i + 1, "/wait");
                    client.send(
                            Http2Frames.WINDOW_UPDATE, 0, 2 * i + 1, Http2Frames.number(0));
                });
    }

    /** The same by a window that grows beyond 2^31-1 (section 6.9.1). */
    @Test
    void endsAConnectionThatMakesTheServerResetByOverflowingWindows() throws IOException {
        closesWithin(
                (client, i) -> {
                    client.get(2 * i + 1, "/wait");
                    client.send(
                            Http2Frames.WINDOW_UPDATE,
                            0,
                            2 * i + 1,
                            Http2Frames.number(Integer.MAX_VALUE));
                });
    }

    /** The same by data on a stream that its client has ended (section 5.1). */
    @Test
    void endsAConnectionThatMakesTheServerResetByDataAfterTheEnd() throws IOException {
        closesWithin(
                (client, i) -> {
                    client.get(2 * i + 1, "/wait");
                    client.send(Http2Frames.DATA, 0, 2 * i + 1, (byte) 1);
                });
    }

    /** The same by heads that are malformed: a request without a path (section 8.1.1). */
    @Test
    void endsAConnectionThatMakesTheServerResetByMalformedHeads() throws IOException {
        byte[] nothing = {0x00, 1, 'x', 1, 'y'};
        closesWithin(
                (client, i) ->
                        client.send(
                                Http2Frames.HEADERS,
                                Http2Frames.END_STREAM | Http2Frames.END_HEADERS,
                                2 * i + 1,
                                nothing));
    }

    /** VU#421644, CONTINUATION flood: a head that never ends, in pieces. */
    @Test
    void endsAConnectionWhoseHeadNeverEnds() throws IOException {
        byte[] piece = new byte[1_000];
        piece[0] = 0x00;
        try (Http2Frames client = client()) {
            client.send(Http2Frames.HEADERS, 0, 1, Http2Frames.head("GET", "/"));
            closesWithin(client, (_, _) -> client.send(Http2Frames.CONTINUATION, 0, 1, piece));
        }
    }

    /** The same in pieces of nothing at all, which no limit of bytes ends. */
    @Test
    void endsAConnectionWhoseHeadGoesOnInEmptyPieces() throws IOException {
        try (Http2Frames client = client()) {
            client.send(Http2Frames.HEADERS, 0, 1, Http2Frames.head("GET", "/"));
            closesWithin(client, (_, _) -> client.send(Http2Frames.CONTINUATION, 0, 1));
        }
    }

    /** The same a byte at a time. */
    @Test
    void endsAConnectionWhoseHeadGoesOnByTheByte() throws IOException {
        try (Http2Frames client = client()) {
            client.send(Http2Frames.HEADERS, 0, 1, Http2Frames.head("GET", "/"));
            closesWithin(
                    client, (_, _) -> client.send(Http2Frames.CONTINUATION, 0, 1, (byte) 0x00));
        }
    }

    /** CVE-2019-9512 and CVE-2019-9515: every ping and every setting has to be answered. */
    @Test
    void endsAConnectionThatFloodsWithPingsOrSettings() throws IOException {
        closesWithin((client, _) -> client.send(Http2Frames.PING, 0, 0, new byte[8]));
        closesWithin((client, _) -> client.send(Http2Frames.SETTINGS, 0, 0));
    }

    /** CVE-2019-9518: frames without content that do not end their stream. */
    @Test
    void endsAConnectionThatFloodsWithEmptyData() throws IOException {
        try (Http2Frames client = client()) {
            client.send(
                    Http2Frames.HEADERS,
                    Http2Frames.END_HEADERS,
                    1,
                    Http2Frames.head("POST", "/wait"));
            closesWithin(client, (_, _) -> client.send(Http2Frames.DATA, 0, 1));
        }
    }

    /** One bad frame, or a request that is made for one. */
    private interface Abuse {
        void commit(Http2Frames client, int number) throws IOException;
    }

    private void closesWithin(Abuse abuse) throws IOException {
        try (Http2Frames client = client()) {
            closesWithin(client, abuse);
        }
    }

    /**
     * Commits a hundred and not one more, and waits for the end of the connection: a server that
     * takes them keeps it, and the wait runs into its time.
     */
    private static void closesWithin(Http2Frames client, Abuse abuse) throws IOException {
        try {
            for (int i = 0; i < BAD_FRAMES_MAX; i++) {
                abuse.commit(client, i);
            }
        } catch (SocketException | SSLException closed) {
            // Sooner than it might.
        }
        long began = System.nanoTime();
        client.readToTheEnd();
        assertThat(System.nanoTime() - began)
                .as("closed by the frames and not by the deadline of the head")
                .isLessThan(10_000_000_000L);
    }

    private Http2Frames client() throws IOException {
        return new Http2Frames(scene.tls(HERE, "h2"));
    }

    /** Answers, or leaves a request waiting until its stream is reset. */
    private static final class Answering extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (Request.getPathInContext(request).equals("/wait")) {
                request.addFailureListener(callback::failed);
                return true;
            }
            response.setStatus(200);
            response.write(
                    true, ByteBuffer.wrap("here".getBytes(StandardCharsets.US_ASCII)), callback);
            return true;
        }
    }
}
