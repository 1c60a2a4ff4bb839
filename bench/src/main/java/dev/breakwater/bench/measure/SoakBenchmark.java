/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.report.Results;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything at once for a long time: devices that stay and publish, devices that come and go,
 * devices that are revoked while they are connected. The server's resident memory must stay flat,
 * which is looked at behind a collection: what piles up between two is no leak, and hides one.
 */
public final class SoakBenchmark implements Benchmark {

    private static final String NAME = "soak";
    private static final double SLOPE_PERCENT_PER_HOUR_MAX = 1;
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int CONNECTS_PER_SECOND = 50;
    private static final int SECONDS_PER_REVOCATION = 2;
    private static final int SAMPLE_SECONDS = 10;

    /** As io.netty.util.ResourceLeakDetector begins its reports. */
    private static final String LEAK_REPORT = "LEAK: ";

    /**
     * The first third is for warming up, at a quicker pace: what a server compiles and remembers it
     * has compiled and remembered then.
     */
    private static final int WARM_UP_PART = 3;

    private static final int WARM_UP_PACE = 4;
    private static final int SEEN_AT_A_TIME = 1_000;

    private final int publishing;
    private final Duration howLong;

    /** So many devices that stay and publish once a second, for so long. */
    public SoakBenchmark(int publishing, Duration howLong) {
        this.publishing = publishing;
        this.howLong = howLong;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        try (OurServer ours = OurServer.start(contest)) {
            List<DeviceIdentity> fleet = contest.bed().fleet().devices();
            int doomedFrom = Math.max(publishing, fleet.size() - revocations());
            List<DeviceIdentity> staying = fleet.subList(0, publishing);
            Publishers publishers = new Publishers(staying, PERIOD);
            Crowd crowd = new Crowd();
            contest.progress().accept("soak: every device connects once");
            seeOnce(ours, fleet);
            contest.progress().accept("soak: connecting %d devices".formatted(publishing));
            crowd.connect(
                    ours.dialer(), MqttTerms.lasting(MqttVersion.V5), staying, publishers::of);
            Life life =
                    new Life(
                            contest,
                            ours,
                            fleet.subList(publishing, doomedFrom),
                            fleet.subList(doomedFrom, fleet.size()));
            List<Results.Point> memory = life.run();
            publishers.stop();
            crowd.requireComplete();
            StoredReadings.Count stored =
                    new StoredReadings(ours.operator()).look(publishers.sent().subList(0, 100));
            ours.figure(
                    NAME, "readings acknowledged", "", (double) publishers.tally().acknowledged());
            ours.figure(NAME, "connects", "", life.comeAndGone.get());
            ours.figure(NAME, "revocations", "", life.revoked.get());
            report(contest, ours, memory, life, stored);
            crowd.leave();
        }
    }

    private long warmUpSeconds() {
        return howLong.toSeconds() / WARM_UP_PART;
    }

    private int pace(long second) {
        return second < warmUpSeconds() ? WARM_UP_PACE : 1;
    }

    private int revocations() {
        return LongStream.range(0, howLong.toSeconds())
                .filter(second -> second % SECONDS_PER_REVOCATION == 0)
                .mapToInt(this::pace)
                .sum();
    }

    /** What the server remembers of each device of its fleet is no growth later. */
    private static void seeOnce(OurServer ours, List<DeviceIdentity> fleet)
            throws InterruptedException {
        for (int from = 0; from < fleet.size(); from += SEEN_AT_A_TIME) {
            Crowd crowd = new Crowd();
            crowd.connect(
                    ours.dialer(),
                    MqttTerms.passing(MqttVersion.V5),
                    fleet.subList(from, Math.min(fleet.size(), from + SEEN_AT_A_TIME)),
                    _ -> new DeviceBehaviour() {});
            crowd.leave();
        }
    }

    private void report(
            Contest contest,
            OurServer ours,
            List<Results.Point> memory,
            Life life,
            StoredReadings.Count stored)
            throws IOException {
        double leaks = ours.server().process().logged(LEAK_REPORT);
        List<Results.Point> counted =
                memory.stream().filter(point -> point.x() >= warmUpSeconds() / 60.0).toList();
        double slope = percentPerHour(counted);
        ours.curve(NAME, "minutes", "resident memory, MiB", memory);
        ours.figure(NAME, "memory before a collection, at most", "MiB", life.highest);
        ours.figure(NAME, "memory at the end", "MiB", memory.getLast().y());
        ours.figure(NAME, "memory slope after warm-up", "%/h", slope);
        ours.figure(NAME, "leaks that Netty reports", "", leaks);
        ours.figure(NAME, "failures", "", life.failures.get());
        if (life.firstFailure.get() != null) {
            contest.results().remark("soak: the first failure was " + life.firstFailure.get());
        }
        contest.results()
                .remark(
                        "soak: %d minutes, the first third to warm up with %d times as many connects and revocations, after every device had connected once; %d devices with a reading a second each, %d connects a second, a revocation every %d s"
                                .formatted(
                                        howLong.toMinutes(),
                                        WARM_UP_PACE,
                                        publishing,
                                        CONNECTS_PER_SECOND,
                                        SECONDS_PER_REVOCATION));
        contest.results()
                .require(
                        NAME,
                        "% by which memory grows in an hour",
                        "<",
                        SLOPE_PERCENT_PER_HOUR_MAX,
                        slope);
        contest.results().require(NAME, "leaks that Netty reports", "<=", 0, leaks);
        contest.results().require(NAME, "failures", "<=", 0, life.failures.get());
        contest.results()
                .require(
                        NAME,
                        "acknowledged and not found by the API, of 100 devices",
                        "<=",
                        0,
                        (double) stored.missing());
    }

    /** The slope of the line of least squares, in percent of the mean, for x in minutes. */
    static double percentPerHour(List<Results.Point> points) {
        double meanX = points.stream().mapToDouble(Results.Point::x).average().orElse(Double.NaN);
        double meanY = points.stream().mapToDouble(Results.Point::y).average().orElse(Double.NaN);
        double covariance = 0;
        double variance = 0;
        for (Results.Point point : points) {
            covariance += (point.x() - meanX) * (point.y() - meanY);
            variance += (point.x() - meanX) * (point.x() - meanX);
        }
        return covariance / variance * 60 / meanY * 100;
    }

    /** What goes on beside the publishing, second by second. */
    private final class Life {

        private final Contest contest;
        private final OurServer ours;
        private final List<DeviceIdentity> visitors;
        private final List<DeviceIdentity> doomed;
        private final AtomicInteger comeAndGone = new AtomicInteger();
        private final AtomicInteger revoked = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
        private int nextVisitor;
        private int nextDoomed;
        private double highest;

        Life(
                Contest contest,
                OurServer ours,
                List<DeviceIdentity> visitors,
                List<DeviceIdentity> doomed) {
            this.contest = contest;
            this.ours = ours;
            this.visitors = visitors;
            this.doomed = doomed;
        }

        List<Results.Point> run() throws InterruptedException, IOException {
            List<Results.Point> memory = new ArrayList<>();
            long begunNanos = System.nanoTime();
            long seconds = howLong.toSeconds();
            for (int second = 0; second < seconds; second++) {
                for (int i = 0;
                        i < CONNECTS_PER_SECOND * pace(second) && !visitors.isEmpty();
                        i++) {
                    visit(visitors.get(nextVisitor++ % visitors.size()));
                }
                if (second % SECONDS_PER_REVOCATION == 0) {
                    for (int i = 0; i < pace(second) && nextDoomed < doomed.size(); i++) {
                        revoke(doomed.get(nextDoomed++));
                    }
                }
                if (second % SAMPLE_SECONDS == 0) {
                    highest = Math.max(highest, mebibytes());
                    ours.server().process().collect();
                    memory.add(new Results.Point(second / 60.0, mebibytes()));
                }
                if (second % 60 == 0) {
                    contest.progress()
                            .accept(
                                    "soak: minute %d of %d, %.0f MiB"
                                            .formatted(
                                                    second / 60,
                                                    seconds / 60,
                                                    memory.getLast().y()));
                }
                TimeUnit.NANOSECONDS.sleep(
                        begunNanos + TimeUnit.SECONDS.toNanos(second + 1L) - System.nanoTime());
            }
            return memory;
        }

        private double mebibytes() {
            return ours.server().process().residentBytes() / (1024.0 * 1024);
        }

        private void visit(DeviceIdentity device) {
            ours.dialer()
                    .dial(
                            device,
                            MqttTerms.passing(MqttVersion.V5),
                            new DeviceBehaviour() {
                                @Override
                                public void connected(DeviceLink link) {
                                    comeAndGone.incrementAndGet();
                                    link.disconnect();
                                }

                                @Override
                                public void ended(DeviceLink link, LinkEnd end) {
                                    if (!end.connected()) {
                                        fail(device + ": " + end);
                                    }
                                }
                            });
        }

        private void revoke(DeviceIdentity device) {
            ours.dialer()
                    .dial(
                            device,
                            MqttTerms.passing(MqttVersion.V5),
                            new DeviceBehaviour() {
                                @Override
                                public void connected(DeviceLink link) {
                                    var _ =
                                            ours.operator()
                                                    .revoke(device.id())
                                                    .exceptionally(
                                                            failure -> {
                                                                fail(failure.toString());
                                                                link.close();
                                                                return null;
                                                            });
                                }

                                @Override
                                public void ended(DeviceLink link, LinkEnd end) {
                                    if (end.connected() && end.said().isPresent()) {
                                        revoked.incrementAndGet();
                                    } else {
                                        fail(device + ": " + end);
                                    }
                                }
                            });
        }

        private void fail(String why) {
            failures.incrementAndGet();
            firstFailure.compareAndSet(null, why);
        }
    }
}
