/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calm devices beside one that publishes at a hundred times its quota. Calm and rogue spans take
 * turns, each rogue span with a device that is new to it, so that whatever else the machine does
 * meets both alike.
 */
public final class RogueBenchmark implements Benchmark {

    private static final String NAME = "rogue";
    private static final double P99_RISE_PERCENT_MAX = 10;

    /** AWS IoT's quota of one connection, and ours by default. */
    private static final int QUOTA_PER_SECOND = 100;

    private static final int TIMES_QUOTA = 100;
    private static final int SPANS = 3;
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final int calm;
    private final Duration calmPeriod;
    private final Duration warmUp;
    private final Duration span;

    /** So many calm devices that publish once in a period, and how long each span lasts. */
    public RogueBenchmark(int calm, Duration calmPeriod, Duration warmUp, Duration span) {
        this.calm = calm;
        this.calmPeriod = calmPeriod;
        this.warmUp = warmUp;
        this.span = span;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        try (OurServer ours = OurServer.start(contest)) {
            List<DeviceIdentity> fleet = contest.bed().fleet().first(calm + SPANS);
            Publishers publishers = new Publishers(fleet.subList(0, calm), calmPeriod);
            Crowd crowd = new Crowd();
            contest.progress().accept("rogue: connecting %d calm devices".formatted(calm));
            crowd.connect(
                    ours.dialer(),
                    MqttTerms.passing(MqttVersion.V5),
                    fleet.subList(0, calm),
                    publishers::of);
            contest.progress().accept("rogue: warming up");
            Thread.sleep(warmUp);
            Latencies before = new Latencies();
            Latencies during = new Latencies();
            Rogues rogues = new Rogues();
            for (int i = 0; i < SPANS; i++) {
                contest.progress().accept("rogue: span %d of %d".formatted(i + 1, SPANS));
                publishers.tally().restartInto(before);
                Thread.sleep(span);
                RogueDevice rogue =
                        new RogueDevice(
                                ours.dialer(), fleet.get(calm + i), TIMES_QUOTA * QUOTA_PER_SECOND);
                rogue.begin();
                publishers.tally().restartInto(during);
                Thread.sleep(span);
                publishers.tally().restartInto(new Latencies());
                rogue.stop();
                // What the rogue left behind belongs to neither span.
                Thread.sleep(BETWEEN);
                rogues.add(rogue);
            }
            publishers.stop();
            crowd.requireComplete();
            StoredReadings.Count stored =
                    new StoredReadings(ours.operator()).look(publishers.sent());
            report(contest, ours, before.sorted(), during.sorted(), rogues, stored, publishers);
            crowd.leave();
        }
    }

    private void report(
            Contest contest,
            OurServer ours,
            Latencies.Sorted before,
            Latencies.Sorted during,
            Rogues rogues,
            StoredReadings.Count stored,
            Publishers publishers) {
        double rise = (during.millis(99) / before.millis(99) - 1) * 100;
        ours.figure(NAME, "calm p50 before", "ms", before.millis(50));
        ours.figure(NAME, "calm p50 beside the rogue", "ms", during.millis(50));
        ours.figure(NAME, "calm p99 before", "ms", before.millis(99));
        ours.figure(NAME, "calm p99 beside the rogue", "ms", during.millis(99));
        ours.figure(NAME, "calm p99 rise", "%", rise);
        ours.figure(NAME, "calm readings refused", "", (double) publishers.tally().refused());
        ours.figure(NAME, "acknowledged and lost", "", (double) stored.missing());
        ours.figure(NAME, "rogue messages sent", "", (double) rogues.sent);
        ours.figure(NAME, "rogue cut", "times", rogues.cuts);
        ours.figure(NAME, "rogue kept out", "times", rogues.refused);
        ours.figure(NAME, "rogue notices", "", rogues.notices);
        contest.results()
                .remark(
                        "rogue: %d calm devices, each a reading every %d ms; the rogue tries %d messages a second and comes back at once; it was told %s"
                                .formatted(
                                        calm,
                                        calmPeriod.toMillis(),
                                        TIMES_QUOTA * QUOTA_PER_SECOND,
                                        rogues.reasons));
        contest.results()
                .require(NAME, "% by which the calm p99 rises", "<", P99_RISE_PERCENT_MAX, rise);
        contest.results()
                .require(
                        NAME,
                        "calm readings lost or refused",
                        "<=",
                        0,
                        (double) (stored.missing() + publishers.tally().refused()));
        contest.results()
                .require(NAME, "times the rogue was told and cut", ">=", 1, rogues.toldAndCut());
    }

    /** All rogues together. */
    private static final class Rogues {

        private static final String SILENCE = "no word";

        private long sent;
        private int cuts;
        private int refused;
        private int notices;
        private final Map<String, Integer> reasons = new TreeMap<>();

        void add(RogueDevice rogue) {
            sent += rogue.sent();
            cuts += rogue.cuts();
            refused += rogue.refusedConnects();
            notices += rogue.notices();
            rogue.reasons().forEach((reason, times) -> reasons.merge(reason, times, Integer::sum));
        }

        int toldAndCut() {
            boolean told =
                    notices > 0 || reasons.keySet().stream().anyMatch(one -> !one.equals(SILENCE));
            return told ? cuts : 0;
        }
    }
}
