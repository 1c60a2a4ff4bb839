/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.load.TelemetryPackets;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerUnderTest;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Resident memory of connections that do nothing. Each has a session that would outlive it, one
 * subscription, and has published once, so that everything a server keeps for a device is there.
 * The slope between the first and the last step counts: what a server takes at its start, and what
 * its heap takes to be warm, is in both.
 */
public final class IdleBenchmark implements Benchmark {

    private static final String NAME = "idle";
    private static final String SLOPE = "memory per connection";
    private static final double KIBIBYTES_MAX = 12;
    private static final int PATIENCE_SECONDS = 60;

    /** Memory that falls by less than this between looks is steady. */
    private static final double STEADY = 0.995;

    private static final int LOOKS_STEADY = 4;
    private static final int LOOKS_MAX = 30;

    private final List<Integer> steps;
    private final int warmUpConnects;
    private final Duration settling;

    /** Measures at so many connections each, after connects and farewells that warm up. */
    public IdleBenchmark(List<Integer> steps, int warmUpConnects, Duration settling) {
        this.steps = List.copyOf(steps);
        this.warmUpConnects = warmUpConnects;
        this.settling = settling;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        contest.each(NAME, (server, tls) -> measure(contest, server, tls));
        Results results = contest.results();
        results.remark(
                "idle: steps of %s connections, after %d connects to warm up; resident memory once it falls no more, nobody asked for a collection"
                        .formatted(steps, warmUpConnects));
        double ours = slope(results, ServerKind.BREAKWATER);
        results.require(NAME, "KiB of an idle connection", "<=", KIBIBYTES_MAX, ours);
        if (contest.has(ServerKind.MOSQUITTO)) {
            results.require(
                    NAME,
                    "KiB of an idle connection, Mosquitto's",
                    "<",
                    slope(results, ServerKind.MOSQUITTO),
                    ours);
        }
    }

    private static double slope(Results results, ServerKind kind) {
        return results.value(NAME, kind.label(), SLOPE).orElse(Double.NaN);
    }

    private void measure(Contest contest, ServerUnderTest server, ClientTls tls)
            throws InterruptedException {
        String label = server.kind().label();
        Dialer dialer = contest.dialer(server, tls);
        List<DeviceIdentity> fleet = contest.bed().fleet().first(steps.getLast());
        contest.progress().accept("idle: warming up " + label);
        Crowd warming = new Crowd();
        AtomicInteger warmed = new AtomicInteger();
        warming.connect(
                dialer,
                MqttTerms.passing(server.mqtt()),
                fleet.subList(0, warmUpConnects),
                device -> new Idler(server, device, warmed));
        await(warmed, warmUpConnects);
        warming.leave();
        Thread.sleep(settling);

        Crowd crowd = new Crowd();
        AtomicInteger settled = new AtomicInteger();
        List<Results.Point> points = new ArrayList<>();
        int connected = 0;
        for (int step : steps) {
            contest.progress().accept("idle: %d connections to %s".formatted(step, label));
            crowd.connect(
                    dialer,
                    MqttTerms.lasting(server.mqtt()),
                    fleet.subList(connected, step),
                    device -> new Idler(server, device, settled));
            connected = step;
            await(settled, step);
            points.add(new Results.Point(step, settledBytes(server) / (1024.0 * 1024)));
        }
        crowd.requireComplete();
        report(contest.results(), label, points);
        crowd.leave();
    }

    /**
     * Resident memory once it falls no more: what the connects have left behind is given back, and
     * must not pass for room that the next ones fill.
     */
    private long settledBytes(ServerUnderTest server) throws InterruptedException {
        long bytes = server.process().residentBytes();
        int steady = 0;
        for (int look = 0; look < LOOKS_MAX && steady < LOOKS_STEADY; look++) {
            Thread.sleep(settling);
            long now = server.process().residentBytes();
            steady = now > bytes * STEADY ? steady + 1 : 0;
            bytes = now;
        }
        return bytes;
    }

    private static void await(AtomicInteger settled, int all) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (settled.get() < all) {
            if (System.nanoTime() > deadline) {
                throw new ServerFailed(
                        "%d devices wait in vain for SUBACK or PUBACK"
                                .formatted(all - settled.get()));
            }
            Thread.sleep(10);
        }
    }

    private void report(Results results, String label, List<Results.Point> points) {
        Results.Point first = points.getFirst();
        Results.Point last = points.getLast();
        results.curve(
                new Results.Curve(NAME, label, "connections", "resident memory, MiB", points));
        results.figure(NAME, label, "memory at %.0f".formatted(first.x()), "MiB", first.y());
        results.figure(NAME, label, "memory at %.0f".formatted(last.x()), "MiB", last.y());
        results.figure(
                NAME, label, SLOPE, "KiB", (last.y() - first.y()) * 1024 / (last.x() - first.x()));
    }

    /** Subscribes, publishes once and is quiet. */
    private record Idler(ServerUnderTest server, DeviceIdentity device, AtomicInteger settled)
            implements DeviceBehaviour {

        @Override
        public void connected(DeviceLink link) {
            TopicFilter commands = TopicFilter.of(server.topic(device, "commands/+"));
            link.write(
                    new Subscribe(
                            1,
                            List.of(new Subscription(commands, QualityOfService.AT_LEAST_ONCE))));
            link.flush();
        }

        @Override
        public void received(DeviceLink link, MqttPacket packet) {
            switch (packet) {
                case SubAck _ -> {
                    TelemetryPackets packets =
                            new TelemetryPackets(server.topic(device, "telemetry"), server.mqtt());
                    ByteBuf out = link.allocate(packets.packetBytes());
                    packets.append(out, 2, 0, false);
                    link.write(out);
                    link.flush();
                }
                case PubAck answer when !answer.reasonCode().isFailure() ->
                        settled.incrementAndGet();
                default -> {}
            }
        }
    }
}
