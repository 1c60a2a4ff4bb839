/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.HttpsLine;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.server.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what an attack leaves for everybody else: an API client of another source, the health
 * page, connected devices, and the server's memory. The client's connection is a new one now and
 * then, for those who come in the middle of it.
 */
final class Watch implements AutoCloseable {

    private static final int REQUESTS_OF_A_CONNECTION = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SAMPLE = Duration.ofMillis(250);
    private static final double NORMAL_MILLIS = 100;
    private static final int NORMAL_IN_A_ROW = 20;
    private static final double MEBIBYTE = 1 << 20;
    private static final Duration STARTING = Duration.ofSeconds(15);
    private static final int ASKED_MIN = 40;
    private static final Duration FOR_ENOUGH = Duration.ofSeconds(8);
    private static final Duration AFTERWARDS = Duration.ofSeconds(8);

    private final Arena arena;
    private final Guests guests;
    private final List<Probe> api;
    private final List<Probe> health;
    private final long heapBefore;
    private final long residentBefore;
    private final Thread sampling;
    private volatile long residentMost;
    private long attackBeginNanos;
    private long attackEndNanos = Long.MAX_VALUE;

    private Watch(Arena arena, Guests guests) throws IOException, InterruptedException {
        this.arena = arena;
        this.guests = guests;
        this.heapBefore = arena.effort().isShort() ? 0 : livingBytes();
        this.residentBefore = arena.server().process().residentBytes();
        this.residentMost = residentBefore;
        this.api = Probe.begin(() -> new ApiClient(arena));
        Operations operations = new Operations(arena.server().operationsPort());
        this.health =
                Probe.begin(
                        () -> () -> requireOk(operations.get(Sources.PROBE, "/livez", PATIENCE)));
        this.sampling = Thread.ofPlatform().daemon().start(this::sample);
    }

    /** Whoever does not measure times does not wait for good ones. */
    private Duration starting() {
        return !arena.effort().isCalm()
                ? Duration.ZERO
                : arena.effort().choose(Duration.ofSeconds(3), STARTING);
    }

    /** Returns when everything is normal, or has not become it for a while. */
    static Watch begin(Arena arena) throws IOException, InterruptedException {
        Watch watch = new Watch(arena, Guests.arrive(arena));
        long begun = System.nanoTime();
        // A server that has just started is slow by itself, and nobody attacks it yet.
        while (normalAfter(Probe.asked(watch.api), begun).isEmpty()
                && System.nanoTime() < begun + watch.starting().toNanos()) {
            Thread.sleep(SAMPLE);
        }
        watch.attackBeginNanos = System.nanoTime();
        return watch;
    }

    private void sample() {
        try {
            while (true) {
                Thread.sleep(SAMPLE);
                residentMost = Math.max(residentMost, arena.server().process().residentBytes());
            }
        } catch (InterruptedException | RuntimeException ended) {
            return;
        }
    }

    private static void requireOk(Answer answer) throws IOException {
        if (answer.status() != 200) {
            throw new IOException("status " + answer.status());
        }
    }

    /** The attack is over; looks on until everything is as before, or some seconds have passed. */
    void attackEnded() throws InterruptedException {
        long enough = System.nanoTime() + FOR_ENOUGH.toNanos();
        // A program that has little to do is through before anybody was answered.
        while (arena.effort().isCalm()
                && served().count() < ASKED_MIN
                && System.nanoTime() < enough) {
            Thread.sleep(SAMPLE);
        }
        attackEndNanos = System.nanoTime();
        long patience = attackEndNanos + (arena.effort().isCalm() ? AFTERWARDS.toNanos() : 0);
        while (normalAfter(Probe.asked(api), attackEndNanos).isEmpty()
                && System.nanoTime() < patience) {
            Thread.sleep(SAMPLE);
        }
        Probe.end(api);
        Probe.end(health);
        sampling.interrupt();
    }

    /** Seconds from the end of an attack to the first of so many quick answers in a row. */
    static Optional<Double> normalAfter(List<Probe.Asked> asked, long endNanos) {
        int inARow = 0;
        double since = 0;
        for (Probe.Asked one : asked) {
            if (one.atNanos() < endNanos) {
                continue;
            }
            if (!one.isGood() || one.millis() > NORMAL_MILLIS) {
                inARow = 0;
            } else if (++inARow == 1) {
                since = (one.atNanos() - endNanos) / 1e9;
            }
            if (inARow == NORMAL_IN_A_ROW) {
                return Optional.of(since);
            }
        }
        return Optional.empty();
    }

    /** What came of the questions that were asked during an attack. */
    record Served(double goodPercent, double p99Millis, int count, Optional<String> failure) {

        static Served of(List<Probe.Asked> asked, Predicate<Probe.Asked> during) {
            Latencies latencies = new Latencies();
            int good = 0;
            Optional<String> failure = Optional.empty();
            for (Probe.Asked one : asked) {
                if (during.test(one)) {
                    latencies.add((long) (one.millis() * 1e6));
                    good += one.isGood() ? 1 : 0;
                    failure = one.isGood() ? failure : Optional.of(one.failure());
                }
            }
            int count = latencies.count();
            return new Served(
                    count == 0 ? Double.NaN : 100.0 * good / count,
                    latencies.sorted().millis(99),
                    count,
                    failure);
        }
    }

    /** What the client of another source got during the attack. */
    Served served() {
        return Served.of(Probe.asked(api), this::isDuringAttack);
    }

    /** What the health page's reader got. */
    Served healthy() {
        return Served.of(Probe.asked(health), this::isDuringAttack);
    }

    private boolean isDuringAttack(Probe.Asked one) {
        return one.atNanos() >= attackBeginNanos && one.atNanos() < attackEndNanos;
    }

    /** Seconds until the server was as before; not a number if it was not in the time looked. */
    double normalAfterSeconds() {
        return normalAfter(Probe.asked(api), attackEndNanos).orElse(Double.NaN);
    }

    /** How many of the devices lost their connection. */
    int disconnects() {
        return guests.lost();
    }

    /** How much the resident memory grew at most, in MiB. */
    double growthMebibytes() {
        return (residentMost - residentBefore) / MEBIBYTE;
    }

    /** How much more of the heap lives than before, in MiB. */
    double heapGrowthMebibytes() throws IOException, InterruptedException {
        return (livingBytes() - heapBefore) / MEBIBYTE;
    }

    private long livingBytes() throws IOException, InterruptedException {
        ServerProcess process = arena.server().process();
        process.collect();
        return process.heapBytes();
    }

    @Override
    public void close() {
        List<Probe> all = new ArrayList<>(api);
        all.addAll(health);
        try {
            Probe.end(all);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        sampling.interrupt();
        guests.leave();
    }

    /** Reads the API with a token. */
    private static final class ApiClient implements Probe.Asking {

        private final Arena arena;
        private @Nullable HttpsLine line;
        private int asked;

        ApiClient(Arena arena) {
            this.arena = arena;
        }

        @Override
        public void ask() throws IOException {
            try {
                HttpsLine open = line();
                open.send(
                        Request.of("GET", "/api/v1/devices?limit=1")
                                .as(arena.world().token())
                                .bytes());
                Answer answer = open.answer(false);
                requireOk(answer);
                if (!answer.keepsConnection() || ++asked % REQUESTS_OF_A_CONNECTION == 0) {
                    hangUp();
                }
            } catch (IOException failed) {
                hangUp();
                throw failed;
            }
        }

        private HttpsLine line() throws IOException {
            if (line == null) {
                line =
                        HttpsLine.open(
                                arena.tls(), Sources.PROBE, arena.server().apiPort(), PATIENCE);
            }
            return line;
        }

        private void hangUp() throws IOException {
            HttpsLine last = line;
            line = null;
            if (last != null) {
                last.close();
            }
        }
    }
}
