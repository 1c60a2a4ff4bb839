/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.server.Operator;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Commands through the API: POST, the way to the device, its reply, and the answer to the GET that
 * waits for it. They begin at fixed times whether or not earlier ones have ended, and each time
 * counts from the moment it was due: a server that stalls cannot hide it. How late the load itself
 * began is told too: it is what this machine makes anybody wait who waits once.
 */
public final class CommandBenchmark implements Benchmark {

    private static final String NAME = "command";
    private static final double P99_MILLIS_MAX = 10;
    private static final int WAIT_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int idle;
    private final int commanded;
    private final int commandsPerSecond;
    private final Duration warmUp;
    private final Duration measured;

    /** So many idle devices, and so many others that are given so many commands a second. */
    public CommandBenchmark(
            int idle, int commanded, int commandsPerSecond, Duration warmUp, Duration measured) {
        this.idle = idle;
        this.commanded = commanded;
        this.commandsPerSecond = commandsPerSecond;
        this.warmUp = warmUp;
        this.measured = measured;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        try (OurServer ours = OurServer.start(contest)) {
            List<DeviceIdentity> fleet = contest.bed().fleet().first(idle + commanded);
            AtomicInteger subscribed = new AtomicInteger();
            Crowd crowd = new Crowd();
            contest.progress().accept("command: connecting %d devices".formatted(fleet.size()));
            crowd.connect(
                    ours.dialer(),
                    MqttTerms.passing(MqttVersion.V5),
                    fleet,
                    _ -> new ObedientDevice(subscribed));
            Waiting.until(
                    () -> subscribed.get() == fleet.size(),
                    PATIENCE,
                    "devices wait in vain for their subscription");
            List<DeviceIdentity> targets = fleet.subList(idle, fleet.size());
            contest.progress().accept("command: warming up");
            new Round(ours.operator(), targets).run(warmUp);
            contest.progress().accept("command: measuring");
            Round round = new Round(ours.operator(), targets);
            Duration cpuBefore = ours.server().process().cpu();
            round.run(measured);
            Duration cpu = ours.server().process().cpu().minus(cpuBefore);
            crowd.requireComplete();
            report(contest, ours, round, cpu);
            crowd.leave();
        }
    }

    private void report(Contest contest, OurServer ours, Round round, Duration cpu) {
        Latencies.Sorted latencies = round.latencies.sorted();
        ours.figure(NAME, "commands", "1/s", latencies.count() / (double) measured.toSeconds());
        ours.figure(NAME, "p50", "ms", latencies.millis(50));
        ours.figure(NAME, "p99", "ms", latencies.millis(99));
        ours.figure(NAME, "p99 of how late the load began", "ms", round.late.sorted().millis(99));
        ours.figure(NAME, "server CPU per command", "ms", cpu.toNanos() / 1e6 / latencies.count());
        ours.figure(NAME, "failed", "", round.failed.get());
        if (round.firstFailure.get() != null) {
            contest.results().remark("command: the first failure was " + round.firstFailure.get());
        }
        contest.results()
                .remark(
                        "command: %d a second to %d devices, beside %d idle ones; POST and then GET with wait, over TLS"
                                .formatted(commandsPerSecond, commanded, idle));
        contest.results()
                .require(
                        NAME,
                        "ms, p99 of command and reply at %d/s".formatted(commandsPerSecond),
                        "<=",
                        P99_MILLIS_MAX,
                        latencies.millis(99));
        contest.results().require(NAME, "commands that failed", "<=", 0, round.failed.get());
    }

    /** Commands for a while. */
    private final class Round {

        private final Operator operator;
        private final List<DeviceIdentity> targets;
        private final Latencies latencies = new Latencies();
        private final Latencies late = new Latencies();
        private final AtomicInteger underway = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

        Round(Operator operator, List<DeviceIdentity> targets) {
            this.operator = operator;
            this.targets = targets;
        }

        void run(Duration howLong) throws InterruptedException {
            long periodNanos = Duration.ofSeconds(1).toNanos() / commandsPerSecond;
            long begunNanos = System.nanoTime();
            long count = howLong.toNanos() / periodNanos;
            for (int i = 0; i < count; i++) {
                long dueNanos = begunNanos + i * periodNanos;
                LockSupport.parkNanos(dueNanos - System.nanoTime());
                late.add(Math.max(0, System.nanoTime() - dueNanos));
                begin(targets.get(i % targets.size()), dueNanos);
            }
            Waiting.until(
                    () -> underway.get() == 0, PATIENCE, "commands wait in vain for their end");
        }

        private void begin(DeviceIdentity device, long dueNanos) {
            underway.incrementAndGet();
            ObjectNode command = Operator.object().put("name", "blink");
            String path = "/devices/" + device.id() + "/commands";
            var _ =
                    operator.post(path, command)
                            .thenCompose(
                                    made ->
                                            operator.get(
                                                    "%s/%s?wait=%d"
                                                            .formatted(
                                                                    path,
                                                                    made.path("id").asString(),
                                                                    WAIT_SECONDS)))
                            .whenComplete(
                                    (ended, failure) -> {
                                        if (failure != null) {
                                            fail(failure.toString());
                                        } else if (!ended.path("state")
                                                .asString()
                                                .equals("succeeded")) {
                                            fail(ended.toString());
                                        } else {
                                            latencies.add(System.nanoTime() - dueNanos);
                                        }
                                        underway.decrementAndGet();
                                    });
        }

        private void fail(String why) {
            failed.incrementAndGet();
            firstFailure.compareAndSet(null, why);
        }
    }
}
