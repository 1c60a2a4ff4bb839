/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.load.TelemetryPackets;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.Operator;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerUnderTest;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * QoS 1 telemetry of 100 bytes from many devices at once, as fast as it is acknowledged. What our
 * server acknowledged is looked for afterwards through its API.
 */
public final class IngestBenchmark implements Benchmark {

    private static final String NAME = "ingest";
    private static final String RATE = "acknowledged";
    private static final int DRAIN_SECONDS = 60;
    private static final Duration KEEPER_WAIT = Duration.ofSeconds(30);

    private final int devices;
    private final int window;
    private final Duration warmUp;
    private final Duration measured;

    /** So many devices with so many readings underway each. */
    public IngestBenchmark(int devices, int window, Duration warmUp, Duration measured) {
        this.devices = devices;
        this.window = window;
        this.warmUp = warmUp;
        this.measured = measured;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        List<ServerKind> syncing = new ArrayList<>();
        contest.each(
                NAME,
                (server, tls) -> {
                    new Run(contest, server, tls).measure();
                    if (server.kind() != ServerKind.BREAKWATER && server.promise().synced()) {
                        syncing.add(server.kind());
                    }
                });
        contest.results()
                .remark(
                        "ingest: %d devices with %d readings underway each, %d s to warm up, %d s measured"
                                .formatted(
                                        devices, window, warmUp.toSeconds(), measured.toSeconds()));
        require(contest, syncing);
    }

    private void require(Contest contest, List<ServerKind> syncing) {
        Results results = contest.results();
        String ours = ServerKind.BREAKWATER.label();
        results.require(
                NAME,
                "durable QoS 1, acknowledged per second",
                ">=",
                60_000,
                results.value(NAME, ours, RATE).orElse(Double.NaN));
        results.require(
                NAME,
                "server CPU per message in microseconds",
                "<=",
                12,
                results.value(NAME, ours, "server CPU per message").orElse(Double.NaN));
        results.require(
                NAME,
                "acknowledged and not found by the API",
                "<=",
                0,
                results.value(NAME, ours, "acknowledged and lost").orElse(Double.NaN));
        for (ServerKind peer : syncing) {
            results.require(
                    NAME,
                    "rate to that of %s, which syncs before it acknowledges"
                            .formatted(peer.label()),
                    ">=",
                    3,
                    contest.ratio(NAME, RATE, ServerKind.BREAKWATER, peer));
        }
        if (contest.has(ServerKind.MOSQUITTO)) {
            results.require(
                    NAME,
                    "rate to Mosquitto's, which stores nothing",
                    ">=",
                    0.5,
                    contest.ratio(NAME, RATE, ServerKind.BREAKWATER, ServerKind.MOSQUITTO));
        }
    }

    /** One server's turn. */
    private final class Run {

        private final Contest contest;
        private final ServerUnderTest server;
        private final ClientTls tls;
        private final Crowd crowd = new Crowd();
        private final Tally tally = new Tally();
        private final Map<DeviceIdentity, WindowPublisher> publishers = new LinkedHashMap<>();
        private final List<SentReadings> sent = new ArrayList<>();
        private volatile boolean goesOn = true;

        Run(Contest contest, ServerUnderTest server, ClientTls tls) {
            this.contest = contest;
            this.server = server;
            this.tls = tls;
        }

        void measure() throws Exception {
            String label = server.kind().label();
            List<DeviceIdentity> fleet = contest.bed().fleet().first(devices);
            for (DeviceIdentity device : fleet) {
                SentReadings readings = new SentReadings(device);
                sent.add(readings);
                TelemetryPackets packets =
                        new TelemetryPackets(server.topic(device, "telemetry"), server.mqtt());
                publishers.put(
                        device,
                        new WindowPublisher(readings, packets, tally, window, () -> goesOn));
            }
            crowd.connect(
                    contest.dialer(server, tls),
                    MqttTerms.passing(server.mqtt()),
                    fleet,
                    device -> publisher(device));
            if (server.promise().subscriberNeeded()) {
                keepMessages();
            }
            contest.progress().accept("ingest: warming up " + label);
            for (DeviceLink link : crowd.links()) {
                WindowPublisher publisher = publisher(link.device());
                link.loop().execute(() -> publisher.begin(link));
            }
            Thread.sleep(warmUp);
            contest.progress().accept("ingest: measuring " + label);
            tally.restart();
            long acknowledgedBefore = tally.acknowledged();
            Duration cpuBefore = server.process().cpu();
            long begunNanos = System.nanoTime();
            Thread.sleep(measured);
            long acknowledged = tally.acknowledged() - acknowledgedBefore;
            double seconds = (System.nanoTime() - begunNanos) / 1e9;
            Duration cpu = server.process().cpu().minus(cpuBefore);
            Latencies.Sorted latencies = tally.restart();
            drain();
            report(label, acknowledged, seconds, cpu, latencies);
            if (server instanceof BreakwaterServer ours) {
                look(ours);
            }
            crowd.leave();
        }

        /**
         * Subscribes to everything with a session that outlives its connection, and leaves: from
         * then on the peer has to keep each message for it.
         */
        private void keepMessages() throws InterruptedException {
            CompletableFuture<Void> gone = new CompletableFuture<>();
            contest.dialer(server, tls)
                    .dial(
                            contest.bed().fleet().devices().getLast(),
                            MqttTerms.lasting(server.mqtt()),
                            new DeviceBehaviour() {
                                @Override
                                public void connected(DeviceLink link) {
                                    Subscription all =
                                            new Subscription(
                                                    TopicFilter.of("devices/+/telemetry"),
                                                    QualityOfService.AT_LEAST_ONCE);
                                    link.write(new Subscribe(1, List.of(all)));
                                    link.flush();
                                }

                                @Override
                                public void received(DeviceLink link, MqttPacket packet) {
                                    if (packet instanceof SubAck) {
                                        link.disconnect();
                                    }
                                }

                                @Override
                                public void ended(DeviceLink link, LinkEnd end) {
                                    gone.complete(null);
                                }
                            });
            Waiting.until(gone::isDone, KEEPER_WAIT, "the subscriber waits in vain for SUBACK");
        }

        private WindowPublisher publisher(DeviceIdentity device) {
            WindowPublisher publisher = publishers.get(device);
            if (publisher == null) {
                throw new IllegalStateException(device + " does not publish");
            }
            return publisher;
        }

        private void drain() throws InterruptedException {
            goesOn = false;
            long deadline = System.nanoTime() + Duration.ofSeconds(DRAIN_SECONDS).toNanos();
            while (publishers.values().stream().anyMatch(one -> one.underway() > 0)) {
                crowd.requireComplete();
                if (System.nanoTime() > deadline) {
                    throw new ServerFailed("readings wait in vain to be acknowledged");
                }
                Thread.sleep(20);
            }
        }

        private void report(
                String label,
                long acknowledged,
                double seconds,
                Duration cpu,
                Latencies.Sorted latencies) {
            Results results = contest.results();
            results.figure(NAME, label, RATE, "1/s", acknowledged / seconds);
            results.figure(
                    NAME,
                    label,
                    "server CPU per message",
                    "us",
                    cpu.toNanos() / 1e3 / acknowledged);
            results.figure(NAME, label, "server CPU", "cores", cpu.toNanos() / 1e9 / seconds);
            results.figure(NAME, label, "p50", "ms", latencies.millis(50));
            results.figure(NAME, label, "p99", "ms", latencies.millis(99));
            results.figure(NAME, label, "refused", "", (double) tally.refused());
        }

        private void look(BreakwaterServer ours) throws Exception {
            contest.progress()
                    .accept("ingest: looking for %,d readings".formatted(tally.acknowledged()));
            try (Operator operator = ours.operator(contest.bed(), StoredReadings.READERS)) {
                StoredReadings.Count count = new StoredReadings(operator).look(sent);
                String label = server.kind().label();
                Results results = contest.results();
                results.figure(NAME, label, "found by the API", "", (double) count.stored());
                results.figure(NAME, label, "acknowledged and lost", "", (double) count.missing());
            }
        }
    }
}
