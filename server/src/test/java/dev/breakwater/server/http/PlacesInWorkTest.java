/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Who gets a place, and who loses one, when all places for requests in work are taken. */
class PlacesInWorkTest {

    private static final String HERE = "127.0.0.1";
    private static final String HOST = "Host: 127.0.0.1\r\n";
    private static final String SLOW = "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\n\r\n";
    private static final int PLACES = 8;
    private static final int OF_ONE_SOURCE = 4;

    /** After which a request that waits for its client loses its place to whoever may have it. */
    private static final long LONG_NANOS = 1_500_000_000L;

    private static final long TEN_SECONDS_NANOS = 10_000_000_000L;

    /** Times far beyond the test's: nobody is ended for slowness alone. */
    private static final Map<Limit, Integer> CROWDED =
            Map.of(
                    Limit.HTTP_BODY_SECONDS, 60,
                    Limit.HTTP_GRACE_SECONDS, 50,
                    Limit.HTTP_IDLE_SECONDS, 60,
                    Limit.HTTP_REQUESTS_IN_WORK, PLACES);

    private static ListenerScene scene(Map<Limit, Integer> limits) throws Exception {
        return new ListenerScene(
                HttpVersions.HTTP_1_1, new ReadingHandler(Pace.of(Limits.with(limits))), limits);
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
        List<SSLSocket> all = new ArrayList<>();
        try (ListenerScene full = scene(CROWDED)) {
            for (int i = 0; i < PLACES; i++) {
                all.add(full.tls("127.0.0.66"));
                Sockets.send(all.get(i), slow);
            }
            assertThat(askUntilAPlaceIsGivenAway(full)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(full.refused("connection-shed")).isEqualTo(1);
            // The one that came first has been waiting longest.
            Sockets.readToTheEnd(all.getFirst().getInputStream());
        } finally {
            for (SSLSocket socket : all) {
                socket.close();
            }
        }
    }

    /** However long the only request of another source has been waiting. */
    @Test
    void givesThePlaceOfWhoeverHasMostAway() throws Exception {
        List<SSLSocket> many = new ArrayList<>();
        try (ListenerScene full = scene(CROWDED);
                SSLSocket single = full.tls("127.0.0.67")) {
            Sockets.send(single, SLOW);
            for (int i = 1; i < PLACES; i++) {
                many.add(full.tls("127.0.0.66"));
                Sockets.send(many.getLast(), SLOW);
            }
            assertThat(askUntilAPlaceIsGivenAway(full)).isEqualTo("HTTP/1.1 200 OK");
            Sockets.send(single, "x");
            assertThat(Sockets.line(single)).isEqualTo("HTTP/1.1 200 OK");
        } finally {
            for (SSLSocket socket : many) {
                socket.close();
            }
        }
    }

    /** However long others have been waiting for their own clients. */
    @Test
    void takesNobodysPlaceForASourceThatHasAllItMayHave() throws Exception {
        Map<Limit, Integer> shared = new EnumMap<>(CROWDED);
        shared.put(Limit.HTTP_REQUESTS_IN_WORK_PER_SOURCE, OF_ONE_SOURCE);
        List<SSLSocket> all = new ArrayList<>();
        try (ListenerScene full = scene(shared)) {
            for (String source : List.of("127.0.0.66", "127.0.0.67")) {
                for (int i = 0; i < OF_ONE_SOURCE; i++) {
                    all.add(full.tls(source));
                    Sockets.send(all.getLast(), SLOW);
                }
                askUntilRefused(full, source);
            }
            long began = System.nanoTime();
            while (System.nanoTime() - began < LONG_NANOS) {
                assertThat(ask(full, "127.0.0.66")).startsWith("HTTP/1.1 503");
            }
            assertThat(full.refused("connection-shed")).isZero();
            for (SSLSocket waiting : all) {
                Sockets.send(waiting, "x");
                assertThat(Sockets.line(waiting)).isEqualTo("HTTP/1.1 200 OK");
            }
        } finally {
            for (SSLSocket socket : all) {
                socket.close();
            }
        }
    }

    /** All that the source has sent before has a place then. */
    private static void askUntilRefused(ListenerScene scene, String source) throws IOException {
        long began = System.nanoTime();
        while (ask(scene, source).equals("HTTP/1.1 200 OK")) {
            assertThat(System.nanoTime() - began).isLessThan(TEN_SECONDS_NANOS);
        }
    }

    private static String ask(ListenerScene scene, String source) throws IOException {
        try (SSLSocket socket = scene.tls(source)) {
            Sockets.send(socket, "GET / HTTP/1.1\r\n" + HOST + "\r\n");
            return Sockets.line(socket);
        }
    }

    /** Returns the answer to the request for which it was. */
    private static String askUntilAPlaceIsGivenAway(ListenerScene scene) throws IOException {
        long began = System.nanoTime();
        String last = "";
        while (scene.refused("connection-shed") == 0
                && System.nanoTime() - began < TEN_SECONDS_NANOS) {
            last = ask(scene, HERE);
        }
        return last;
    }
}
