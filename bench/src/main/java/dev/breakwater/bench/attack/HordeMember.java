/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.HttpsLine;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.attack.wire.TlsLine;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/** What the attackers of a {@link Horde} do, each on a virtual thread; counts what came of it. */
final class HordeMember {

    static final String TOKEN = "BREAKWATER_ATTACK_TOKEN";
    static final String BEGUN = "begun";

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration TRICKLE = Duration.ofSeconds(1);
    private static final int REQUESTS_OF_A_CONNECTION = 50;
    private static final int HELLOS_HELD_OF_TEN = 5;
    private static final int SMALL_WINDOW_BYTES = 2_048;
    private static final int PIPELINED = 20;
    private static final int HANDSHAKES_AT_ONCE = 8;

    /** The ways to attack. */
    enum Way {
        /** Asks as fast as it is answered. */
        REQUESTS(""),
        /** Sends the first flight of TLS, and leaves or waits. */
        HANDSHAKES(""),
        /** A TLS handshake byte by byte. */
        SLOW_HELLO(""),
        /** A head without an end. */
        SLOW_HEAD("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-Long: "),
        /** A body that is announced and hardly comes. */
        SLOW_BODY(
                "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n{"),
        /** Answers that are hardly read. */
        SLOW_READ("GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(PIPELINED)),
        /** A WebSocket handshake without an end. */
        SLOW_UPGRADE(
                "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Long: "),
        /** An MQTT packet CONNECT of 127 bytes that hardly comes. */
        SLOW_CONNECT("\u0010\u007f\u0000\u0004MQTT\u0005\u0002", 0);

        private final String opening;
        private final int filling;

        Way(String opening) {
            this(opening, 'a');
        }

        /** What it begins with, and the byte that it goes on with. */
        Way(String opening, int filling) {
            this.opening = opening;
            this.filling = filling;
        }
    }

    private final Way way;
    private final int port;
    private final long endNanos;
    private final Sources sources;
    private final TlsLine tls;
    private final byte[] hello;
    private final String token;
    private final Semaphore handshakes = new Semaphore(HANDSHAKES_AT_ONCE);
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<Thread, Double> lives = new ConcurrentHashMap<>();

    private HordeMember(
            Way way, int port, Duration time, Sources sources, TlsLine tls, String token)
            throws IOException {
        this.way = way;
        this.port = port;
        this.endNanos = System.nanoTime() + time.toNanos();
        this.sources = sources;
        this.tls = tls;
        this.hello = tls.clientHello();
        this.token = token;
    }

    /** Attacks until the time is over, and prints what it counted. */
    @SuppressWarnings("SystemOut") // what it prints is read by the process that started it
    public static void main(String[] arguments) throws Exception {
        X509Certificate root;
        try (InputStream file = Files.newInputStream(Path.of(arguments[5]))) {
            root =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
        HordeMember member =
                new HordeMember(
                        Way.valueOf(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Duration.ofMillis(Long.parseLong(arguments[2])),
                        Sources.attackers(Integer.parseInt(arguments[3])),
                        // A key that it has made itself is proven to whoever asks for one: so
                        // far everybody gets at a listener that looks certificates up later.
                        TlsLine.under(root, stranger()),
                        System.getenv().getOrDefault(TOKEN, ""));
        System.out.println(BEGUN);
        member.attack(Integer.parseInt(arguments[4]));
        member.counts.forEach((name, count) -> System.out.println(name + " " + count.sum()));
        System.out.println(
                "longest-life "
                        + member.lives.values().stream()
                                .mapToDouble(Double::doubleValue)
                                .max()
                                .orElse(0));
    }

    private static TestIdentity stranger() {
        return TestPki.create(Clock.systemUTC())
                .device(DeviceId.fresh(), new DeviceSerial("STRANGER"));
    }

    private void attack(int connections) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> attackOn(number)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private boolean isOver() {
        return System.nanoTime() >= endNanos;
    }

    private void attackOn(int number) {
        while (!isOver()) {
            try {
                switch (way) {
                    case REQUESTS -> request();
                    case HANDSHAKES -> beginHandshake(number);
                    case SLOW_HELLO -> trickle(TlsLine.dial(sources.next(), port), hello);
                    case SLOW_READ -> readSlowly();
                    case SLOW_HEAD, SLOW_BODY, SLOW_UPGRADE, SLOW_CONNECT ->
                            trickle(opened(), new byte[0]);
                }
            } catch (IOException refused) {
                count("refused");
                pause(Duration.ofMillis(50));
            }
        }
    }

    private void count(String name) {
        counts.computeIfAbsent(name, _ -> new LongAdder()).increment();
    }

    /** Whoever is turned away tries again, but not so fast that it is all that it does. */
    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void request() throws IOException {
        byte[] request = Request.of("GET", "/api/v1/devices?limit=10").as(token).bytes();
        try (HttpsLine line = HttpsLine.open(tls, sources.next(), port, PATIENCE)) {
            for (int i = 0; i < REQUESTS_OF_A_CONNECTION && !isOver(); i++) {
                line.send(request);
                Answer answer = line.answer(false);
                count("status-" + answer.status());
                if (!answer.keepsConnection()) {
                    return;
                }
            }
        }
    }

    private void beginHandshake(int number) throws IOException {
        try (Socket socket = TlsLine.dial(sources.next(), port)) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.getOutputStream().write(hello);
            count("hellos");
            if (socket.getInputStream().read() >= 0) {
                count("answered");
            }
            if (number % 10 < HELLOS_HELD_OF_TEN) {
                Thread.sleep(TRICKLE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** A few at a time: a thousand handshakes at once would keep this process from its clocks. */
    private Socket opened() throws IOException {
        handshakes.acquireUninterruptibly();
        try {
            return tls.open(sources.next(), port, PATIENCE);
        } finally {
            handshakes.release();
        }
    }

    /** Sends what opens the way at once, and then a byte at a time until the server has enough. */
    private void trickle(Socket socket, byte[] slowly) throws IOException {
        long begun = System.nanoTime();
        boolean dropped = false;
        try (socket) {
            socket.setSoTimeout(Math.toIntExact(TRICKLE.toMillis()));
            socket.getOutputStream().write(way.opening.getBytes(US_ASCII));
            count("opened");
            for (int i = 0; !isOver() && !dropped; i++) {
                socket.getOutputStream().write(i < slowly.length ? slowly[i] : way.filling);
                dropped = isClosedByServer(socket);
            }
        } catch (IOException cut) {
            dropped = true;
        }
        ended(begun, dropped);
    }

    /**
     * Waits a trickle's time for the end of the stream; whatever is answered before does not count.
     */
    private static boolean isClosedByServer(Socket socket) throws IOException {
        long until = System.nanoTime() + TRICKLE.toNanos();
        try {
            while (System.nanoTime() < until) {
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            }
        } catch (SocketTimeoutException open) {
            return false;
        }
        return false;
    }

    private void readSlowly() throws IOException {
        Socket tcp = opened();
        long begun = System.nanoTime();
        boolean dropped = false;
        try (tcp) {
            tcp.setReceiveBufferSize(SMALL_WINDOW_BYTES);
            tcp.getOutputStream().write(way.opening.getBytes(US_ASCII));
            count("opened");
            while (!isOver() && !dropped) {
                Thread.sleep(TRICKLE);
                dropped = tcp.getInputStream().read() < 0;
                // What is read does not tell that the other side has gone; what is written does.
                tcp.getOutputStream().write('\n');
            }
        } catch (IOException cut) {
            dropped = true;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        ended(begun, dropped);
    }

    /** Whoever is in no hurry is in none to come back; and its own clock stays true. */
    private void ended(long begunNanos, boolean dropped) {
        count(dropped ? "dropped" : "left");
        lives.merge(Thread.currentThread(), (System.nanoTime() - begunNanos) / 1e9, Math::max);
        pause(TRICKLE);
    }
}
