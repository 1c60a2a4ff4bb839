/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.server.Operator;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Revocation of connected devices through the API: from the moment the request is made to the
 * closed socket at the device. Nobody gets in again.
 */
public final class RevokeBenchmark implements Benchmark {

    private static final String NAME = "revoke";
    private static final double P99_MILLIS_MAX = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int devices;
    private final int warmUp;
    private final int operators;

    /** So many devices, after others to warm up, by so many operators at the same time. */
    public RevokeBenchmark(int devices, int warmUp, int operators) {
        this.devices = devices;
        this.warmUp = warmUp;
        this.operators = operators;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        try (OurServer ours = OurServer.start(contest)) {
            List<DeviceIdentity> fleet = contest.bed().fleet().first(warmUp + devices);
            Map<DeviceIdentity, Watched> watched = new HashMap<>();
            fleet.forEach(device -> watched.put(device, new Watched()));
            Crowd crowd = new Crowd();
            contest.progress().accept("revoke: connecting %d devices".formatted(fleet.size()));
            crowd.connect(
                    ours.dialer(),
                    MqttTerms.passing(MqttVersion.V5),
                    fleet,
                    device -> watched.getOrDefault(device, new Watched()));
            contest.progress().accept("revoke: warming up");
            revokeAll(ours.operator(), fleet.subList(0, warmUp), watched, new Round());
            contest.progress().accept("revoke: measuring");
            Round round = new Round();
            revokeAll(ours.operator(), fleet.subList(warmUp, fleet.size()), watched, round);
            int back = comeBack(ours, fleet);
            report(contest, ours, round, back);
        }
    }

    private void report(Contest contest, OurServer ours, Round round, int back) {
        Latencies.Sorted closed = round.closed.sorted();
        ours.figure(NAME, "request to closed socket, p50", "ms", closed.millis(50));
        ours.figure(NAME, "request to closed socket, p99", "ms", closed.millis(99));
        ours.figure(NAME, "request to answer, p99", "ms", round.answered.sorted().millis(99));
        ours.figure(NAME, "told why (0x98)", "", round.told.get());
        ours.figure(NAME, "admitted again", "", back);
        contest.results()
                .remark(
                        "revoke: %d devices by %d operators at the same time, %d others before to warm up"
                                .formatted(devices, operators, warmUp));
        contest.results()
                .require(
                        NAME,
                        "ms, p99 from the API request to the closed socket",
                        "<=",
                        P99_MILLIS_MAX,
                        closed.millis(99));
        contest.results().require(NAME, "revoked devices admitted again", "<=", 0, back);
    }

    private void revokeAll(
            Operator operator,
            List<DeviceIdentity> doomed,
            Map<DeviceIdentity, Watched> watched,
            Round round)
            throws Exception {
        try (ExecutorService people =
                Executors.newFixedThreadPool(operators, Thread.ofVirtual().factory())) {
            List<Future<?>> pending = new ArrayList<>();
            for (DeviceIdentity device : doomed) {
                Watched connection = watched.getOrDefault(device, new Watched());
                pending.add(people.submit(() -> revoke(operator, device, connection, round)));
            }
            for (Future<?> one : pending) {
                one.get();
            }
        }
    }

    private static boolean revoke(
            Operator operator, DeviceIdentity device, Watched connection, Round round)
            throws Exception {
        long begunNanos = System.nanoTime();
        operator.revoke(device.id()).get();
        round.answered.add(System.nanoTime() - begunNanos);
        Closed closed = connection.closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        round.closed.add(closed.atNanos - begunNanos);
        if (closed.said.equals(Optional.of(ReasonCode.ADMINISTRATIVE_ACTION))) {
            round.told.incrementAndGet();
        }
        return true;
    }

    /** All of them try; how many get in. */
    private static int comeBack(OurServer ours, List<DeviceIdentity> revoked)
            throws InterruptedException {
        AtomicInteger in = new AtomicInteger();
        AtomicInteger over = new AtomicInteger();
        for (DeviceIdentity device : revoked) {
            ours.dialer()
                    .dial(
                            device,
                            MqttTerms.passing(MqttVersion.V5),
                            new DeviceBehaviour() {
                                @Override
                                public void connected(DeviceLink link) {
                                    in.incrementAndGet();
                                    link.disconnect();
                                }

                                @Override
                                public void ended(DeviceLink link, LinkEnd end) {
                                    over.incrementAndGet();
                                }
                            });
        }
        Waiting.until(
                () -> over.get() == revoked.size(),
                PATIENCE,
                "revoked devices are neither admitted nor refused");
        return in.get();
    }

    private record Closed(long atNanos, Optional<ReasonCode> said) {}

    private static final class Round {
        private final Latencies closed = new Latencies();
        private final Latencies answered = new Latencies();
        private final AtomicInteger told = new AtomicInteger();
    }

    /** Notes when its connection ends. */
    private static final class Watched implements DeviceBehaviour {

        private final CompletableFuture<Closed> closed = new CompletableFuture<>();

        @Override
        public void ended(DeviceLink link, LinkEnd end) {
            closed.complete(new Closed(System.nanoTime(), end.said()));
        }
    }
}
