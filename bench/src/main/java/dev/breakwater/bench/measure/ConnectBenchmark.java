/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Full mutual TLS connects: TCP, handshake without resumption, CONNECT, CONNACK, DISCONNECT, each
 * by another device. The servers take turns, round by round, so that whatever else the machine does
 * meets them alike.
 */
public final class ConnectBenchmark implements Benchmark {

    private static final String NAME = "connect";
    private static final double CPU_RATIO_MAX = 0.45;
    private static final int PATIENCE_SECONDS = 60;

    private final int warmUpConnects;
    private final int rounds;
    private final int connectsPerRound;
    private final int atATime;

    /** So many connects before measuring, so many rounds of so many, and so many at a time. */
    public ConnectBenchmark(int warmUpConnects, int rounds, int connectsPerRound, int atATime) {
        this.warmUpConnects = warmUpConnects;
        this.rounds = rounds;
        this.connectsPerRound = connectsPerRound;
        this.atATime = atATime;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        List<Runner> runners = new ArrayList<>();
        try {
            for (ServerKind kind : contest.servers()) {
                runners.add(new Runner(contest, contest.start(kind)));
            }
            for (Runner runner : runners) {
                contest.progress().accept("connect: warming up " + runner.server.kind().label());
                runner.connect(warmUpConnects, new Latencies());
            }
            for (int round = 1; round <= rounds; round++) {
                for (Runner runner : runners) {
                    contest.progress()
                            .accept(
                                    "connect: round %d of %d, %s"
                                            .formatted(
                                                    round, rounds, runner.server.kind().label()));
                    runner.measure(connectsPerRound);
                }
            }
            runners.forEach(runner -> runner.report(contest));
        } finally {
            for (Runner runner : runners) {
                runner.close();
            }
        }
        if (contest.has(ServerKind.MOSQUITTO)) {
            contest.results()
                    .require(
                            NAME,
                            "server CPU of a connect, hybrid, to Mosquitto's, classical",
                            "<=",
                            CPU_RATIO_MAX,
                            contest.ratio(
                                    NAME,
                                    "server CPU per connect",
                                    ServerKind.BREAKWATER,
                                    ServerKind.MOSQUITTO));
        }
    }

    /** One server and what it needed so far. */
    private final class Runner implements AutoCloseable {

        private final ServerUnderTest server;
        private final ClientTls tls;
        private final Dialer dialer;
        private final List<DeviceIdentity> fleet;
        private final Latencies latencies = new Latencies();
        private Duration cpu = Duration.ZERO;
        private long measuredNanos;
        private int measured;
        private int next;

        Runner(Contest contest, ServerUnderTest server) throws Exception {
            this.server = server;
            this.tls = Contest.tls(server);
            this.dialer = contest.dialer(server, tls);
            this.fleet = contest.bed().fleet().devices();
        }

        void measure(int connects) throws InterruptedException {
            Duration before = server.process().cpu();
            long begunNanos = System.nanoTime();
            connect(connects, latencies);
            measuredNanos += System.nanoTime() - begunNanos;
            cpu = cpu.plus(server.process().cpu().minus(before));
            measured += connects;
        }

        void connect(int connects, Latencies into) throws InterruptedException {
            Semaphore places = new Semaphore(atATime);
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            MqttTerms terms = MqttTerms.passing(server.mqtt());
            for (int i = 0; i < connects; i++) {
                acquire(places, 1);
                dialer.dial(
                        fleet.get(next++ % fleet.size()),
                        terms,
                        new OneConnect(into, failures, places));
            }
            acquire(places, atATime);
            if (!failures.isEmpty()) {
                throw new ServerFailed(
                        "%d of %d connects to %s failed, the first: %s"
                                .formatted(
                                        failures.size(),
                                        connects,
                                        server.kind().label(),
                                        failures.peek()));
            }
        }

        private static void acquire(Semaphore places, int count) throws InterruptedException {
            if (!places.tryAcquire(count, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new ServerFailed("devices wait in vain to be connected");
            }
        }

        void report(Contest contest) {
            String label = server.kind().label();
            Latencies.Sorted sorted = latencies.sorted();
            contest.results()
                    .figure(
                            NAME,
                            label,
                            "server CPU per connect",
                            "ms",
                            cpu.toNanos() / 1e6 / measured);
            contest.results()
                    .figure(NAME, label, "connects", "1/s", measured / (measuredNanos / 1e9));
            contest.results().figure(NAME, label, "p50", "ms", sorted.millis(50));
            contest.results().figure(NAME, label, "p99", "ms", sorted.millis(99));
            contest.results()
                    .remark(
                            "connect: %s by %s, %d at a time, after %d connects to warm up"
                                    .formatted(
                                            label,
                                            server.keyExchange().group(),
                                            atATime,
                                            warmUpConnects));
        }

        @Override
        public void close() {
            server.close();
            tls.close();
        }
    }

    private record OneConnect(Latencies latencies, Queue<String> failures, Semaphore places)
            implements DeviceBehaviour {

        @Override
        public void connected(DeviceLink link) {
            latencies.add(System.nanoTime() - link.dialledNanos());
            link.disconnect();
        }

        @Override
        public void ended(DeviceLink link, LinkEnd end) {
            if (!end.connected()) {
                failures.add(link.device() + ": " + end);
            }
            places.release();
        }
    }
}
