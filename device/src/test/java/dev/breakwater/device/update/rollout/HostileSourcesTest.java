/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.testkit.update.PlayedDelivery;
import dev.breakwater.testkit.update.PlayedServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a server may send by HTTPS in place of an artifact: each ends in a state with a reason,
 * installs nothing, and the download goes on when the server is good again.
 */
@Timeout(60)
class HostileSourcesTest {

    private final CountDownLatch over = new CountDownLatch(1);

    @TempDir Path directory;
    private HostileBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new HostileBench(directory);
    }

    @AfterEach
    void tearDown() throws Exception {
        over.countDown();
        bench.close();
    }

    private static Arguments hostile(String name, String why, PlayedDelivery delivery) {
        return Arguments.argumentSet(name, why, delivery);
    }

    static Stream<Arguments> byHttps() {
        return Stream.of(
                hostile("cut at once", "source failed", cutAfter(0)),
                hostile("cut in its middle", "source failed", cutAfter(150_000)),
                hostile(
                        "cut before its last byte",
                        "source failed",
                        cutAfter(HostileBench.NEW.length - 1)),
                hostile("shorter than ordered", "ended before", shortened(1_000)),
                hostile("empty", "ended before", shortened(0)),
                hostile("a range that was not asked", "another range", ranged("bytes 100-%d/%d")),
                hostile("a range without end", "another range", ranged("bytes 0-")),
                hostile("a range beyond its file", "another range", ranged("bytes 0-%2$d/%2$d")),
                hostile("garbage for a range", "another range", ranged("lines 1-2/3")),
                hostile("a compressed one", "encoded file", headed("Content-Encoding", "gzip")),
                hostile("twice compressed", "encoded file", headed("Content-Encoding", "br, gzip")),
                hostile("a megabyte of headers", "source failed", headed("X", "x".repeat(1 << 20))),
                hostile("a sign that it is gone", "no such artifact", status(404)),
                hostile("a failure", "answered 500", status(500)),
                hostile("a refusal", "answered 403", status(403)),
                hostile("no content", "answered 204", status(204)));
    }

    private static PlayedDelivery cutAfter(int bytes) {
        return (exchange, artifact, offset) -> PlayedServer.give(exchange, artifact, offset, bytes);
    }

    private static PlayedDelivery shortened(int bytes) {
        return (exchange, artifact, offset) -> {
            exchange.sendResponseHeaders(200, bytes == 0 ? -1 : bytes);
            if (bytes > 0) {
                exchange.getResponseBody().write(artifact, 0, bytes);
            }
        };
    }

    private static PlayedDelivery ranged(String range) {
        return (exchange, artifact, offset) -> {
            exchange.getResponseHeaders()
                    .set("Content-Range", range.formatted(artifact.length - 1, artifact.length));
            exchange.sendResponseHeaders(206, artifact.length);
            exchange.getResponseBody().write(artifact);
        };
    }

    private static PlayedDelivery headed(String name, String value) {
        return (exchange, artifact, offset) -> {
            exchange.getResponseHeaders().set(name, value);
            PlayedServer.whole(exchange, artifact, offset);
        };
    }

    private static PlayedDelivery status(int status) {
        return (exchange, artifact, offset) -> exchange.sendResponseHeaders(status, -1);
    }

    @ParameterizedTest
    @MethodSource("byHttps")
    void goesOnAfter(String why, PlayedDelivery delivery) throws Exception {
        bench.server.delivery.set(delivery);
        bench.beginWithOffer();
        bench.goesOnWithTheGenuineOne(bench.restsBecause(why));
    }

    /** After a cut the device asks for a range, and gets what it may. */
    @Test
    void goesOnAfterAWholeFileInAnswerToARangeAndRefusesAnother() throws Exception {
        bench.server.delivery.set(cutAfter(150_000));
        bench.beginWithOffer();
        Duration wait = bench.restsBecause("source failed");
        bench.server.delivery.set(ranged("bytes 0-%d/%d"));
        bench.device.time.advance(wait);
        wait = bench.restsBecause("another range");
        bench.server.delivery.set(
                (exchange, artifact, offset) -> PlayedServer.whole(exchange, artifact, 0));
        bench.device.time.advance(wait);
        bench.installs();
        assertThat(bench.server.ranges).hasSize(3);
        assertThat(bench.server.ranges.get(2)).matches("bytes=[1-9][0-9]*-");
    }

    /** What is thrown away is not paced, and must not take for ever either. */
    @Test
    void throwsAwayNoEndlessTrickle() throws Exception {
        bench.server.delivery.set(cutAfter(150_000));
        bench.beginWithOffer();
        Duration wait = bench.restsBecause("source failed");
        bench.server.delivery.set((exchange, artifact, offset) -> trickle(exchange, artifact));
        bench.device.time.advance(wait);
        assertThat(bench.device.time.awaitRestOf("breakwater-skip-watch"))
                .isEqualTo(HttpsFiles.SKIP_MAX);
        bench.forgetReasons();
        bench.device.time.advance(HttpsFiles.SKIP_MAX);
        bench.goesOnWithTheGenuineOne(bench.restsBecause("source failed"));
    }

    private void trickle(HttpExchange exchange, byte[] artifact) throws IOException {
        exchange.sendResponseHeaders(200, artifact.length);
        OutputStream body = exchange.getResponseBody();
        body.write(artifact, 0, 20);
        body.flush();
        try {
            over.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Twenty bytes in half a minute, or none at all. */
    @Test
    void doesNotWaitForATrickle() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        bench.server.delivery.set(
                (exchange, artifact, offset) -> {
                    sent.countDown();
                    trickle(exchange, artifact);
                });
        bench.beginWithOffer();
        Duration window = bench.device.time.awaitRestOf("breakwater-download-pace");
        assertThat(window).isEqualTo(bench.device.terms.paceWindow());
        sent.await();
        bench.device.time.advance(window);
        bench.goesOnWithTheGenuineOne(bench.restsBecause("fewer than 1024 bytes in 30 s"));
    }

    @Test
    void takesNoMoreOfAnEndlessOneThanWasOrdered() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        bench.server.delivery.set(
                (exchange, artifact, offset) -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    body.write(artifact);
                    byte[] more = new byte[8192];
                    while (over.getCount() > 0) {
                        body.write(more);
                        sent.addAndGet(more.length);
                    }
                });
        bench.beginWithOffer();
        bench.installs();
        // What the sockets hold, and no more: nobody reads it.
        assertThat(sent.get()).isLessThan(64 << 20);
    }

    @ParameterizedTest
    @EnumSource
    void installsNothingThatWasNotOrdered(UpdatePlan.Route route) throws Exception {
        bench.device.route = route;
        byte[] altered = HostileBench.NEW.clone();
        altered[altered.length / 2] ^= 1;
        bench.server.artifacts.put(PlayedServer.sha256(HostileBench.NEW), altered);
        bench.beginWithOffer();
        UpdateStatus.Progress told = (UpdateStatus.Progress) bench.server.hears();
        while (told.step() == Step.VERIFYING) {
            told = (UpdateStatus.Progress) bench.server.hears();
        }
        assertThat(told.step()).isEqualTo(Step.FAILED);
        assertThat(told.reason().orElse("")).contains("what the source gave has the SHA-256");
        assertThat(bench.device.bootsNext()).isEqualTo("version=1.0");
        // A new statement is a new attempt.
        bench.server.artifacts.put(PlayedServer.sha256(HostileBench.NEW), HostileBench.NEW);
        bench.offer(HostileBench.NEXT);
        bench.installs();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsNobodyElsewhere(int status) throws Exception {
        AtomicInteger visits = new AtomicInteger();
        try (ServerSocket trap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> count(trap, visits));
            for (String scheme : List.of("http", "https")) {
                String place = "%s://127.0.0.1:%d/x".formatted(scheme, trap.getLocalPort());
                bench.server.delivery.set(
                        (exchange, artifact, offset) -> {
                            exchange.getResponseHeaders().set("Location", place);
                            exchange.sendResponseHeaders(status, -1);
                        });
                if (scheme.equals("http")) {
                    bench.beginWithOffer();
                } else {
                    bench.device.time.advance(bench.device.time.awaitRestOf(HostileBench.UPDATES));
                }
                bench.restsBecause("answered " + status);
            }
        }
        assertThat(visits).hasValue(0);
        bench.goesOnWithTheGenuineOne(bench.device.time.awaitRestOf(HostileBench.UPDATES));
    }

    private static void count(ServerSocket trap, AtomicInteger visits) {
        try {
            while (true) {
                trap.accept().close();
                visits.incrementAndGet();
            }
        } catch (IOException closed) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "429, 315360000",
        "503, 999999999999999999999999",
        "503, -5",
        "429, 0",
        "503, soon",
        "429, 'Fri, 31 Dec 9999 23:59:59 GMT'",
        "429, 'Thu, 01 Jan 1970 00:00:00 GMT'",
        "503, ''"
    })
    void waitsNeitherForEverNorNotAtAll(int status, String retryAfter) throws Exception {
        bench.server.delivery.set(
                (exchange, artifact, offset) -> {
                    exchange.getResponseHeaders().set("Retry-After", retryAfter);
                    exchange.sendResponseHeaders(status, -1);
                });
        bench.beginWithOffer();
        Duration wait = bench.restsBecause("come back in");
        assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(75));
        bench.goesOnWithTheGenuineOne(wait);
    }
}
