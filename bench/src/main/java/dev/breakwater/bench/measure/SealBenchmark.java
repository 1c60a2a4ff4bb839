/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.KeyRing;
import dev.breakwater.protocol.envelope.NoCurrentKey;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.mqtt.TopicName;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.DoubleStream;

/**
 * Sealed payloads: CPU time of sealing and of opening a reading of 100 bytes, in this process and
 * on one thread, and what sealing adds to it; both where an encapsulated key serves many envelopes,
 * as it does for a device that stays connected, and for the first envelope of each, which is what a
 * device that wakes up to send one pays. It needs no server.
 */
public final class SealBenchmark implements Benchmark {

    private static final String NAME = "seal";
    private static final double MICROS_MAX = 100;
    private static final double ADDED_BYTES_MAX = 100;
    private static final int READING_BYTES = 100;
    private static final int ROUNDS_TO_WARM_UP = 5;
    private static final int ROUNDS = 9;
    private static final int READINGS = 2_000;
    private static final int FIRST_READINGS = 500;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Clock clock = Clock.systemUTC();
    private final EnvelopeContext context =
            new EnvelopeContext(
                    UUID.fromString("0199c000-0000-7000-8000-000000000001"),
                    DeviceId.fresh(),
                    Direction.FROM_DEVICE,
                    TopicName.of(Topics.TELEMETRY));
    private final ReplayWindow window = ReplayWindow.ofStranger();
    private final KeyRing ring;
    private final ClockSequence sequence = new ClockSequence(clock);
    private final Sealer sealer;
    private final Opener opener;

    /** With a key of its own. */
    public SealBenchmark() {
        Validity validity = new Validity(clock.instant(), clock.instant().plus(Duration.ofDays(1)));
        this.ring =
                KeyRing.of(
                        List.of(RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, validity)));
        this.sealer = new Sealer(ring.published(), sequence, clock);
        this.opener = new Opener(ring, clock);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean needsFleet() {
        return false;
    }

    /** Medians of the rounds: whatever else the machine does counts in a few of them only. */
    @Override
    public void run(Contest contest) throws NoCurrentKey {
        for (int round = 0; round < ROUNDS_TO_WARM_UP; round++) {
            Round _ = round();
            Round _ = firsts();
        }
        Round[] rounds = new Round[ROUNDS];
        Round[] firsts = new Round[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            rounds[round] = round();
            firsts[round] = firsts();
        }
        double firstSealMicros = median(List.of(firsts).stream().mapToDouble(Round::sealMicros));
        double firstOpenMicros = median(List.of(firsts).stream().mapToDouble(Round::openMicros));
        double sealMicros = median(List.of(rounds).stream().mapToDouble(Round::sealMicros));
        double openMicros = median(List.of(rounds).stream().mapToDouble(Round::openMicros));
        Results results = contest.results();
        String ours = ServerKind.BREAKWATER.label();
        results.figure(NAME, ours, "CPU per payload sealed", "us", sealMicros);
        results.figure(NAME, ours, "CPU per payload opened", "us", openMicros);
        results.figure(NAME, ours, "CPU per first payload sealed", "us", firstSealMicros);
        results.figure(NAME, ours, "CPU per first payload opened", "us", firstOpenMicros);
        results.figure(NAME, ours, "bytes added", "B", Sealer.OVERHEAD_BYTES);
        results.require(NAME, "CPU to seal, in microseconds", "<=", MICROS_MAX, sealMicros);
        results.require(NAME, "CPU to open, in microseconds", "<=", MICROS_MAX, openMicros);
        results.require(NAME, "bytes added", "<=", ADDED_BYTES_MAX, Sealer.OVERHEAD_BYTES);
    }

    private record Round(double sealMicros, double openMicros) {}

    private Round round() throws NoCurrentKey {
        byte[] reading = new byte[READING_BYTES];
        byte[][] envelopes = new byte[READINGS][];
        long begun = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < READINGS; i++) {
            envelopes[i] = sealer.seal(reading, context);
        }
        long sealed = threads.getCurrentThreadCpuTime();
        for (byte[] envelope : envelopes) {
            if (!(opener.open(envelope, context, window) instanceof Opening.Opened)) {
                throw new IllegalStateException("an envelope of our own did not open");
            }
        }
        long opened = threads.getCurrentThreadCpuTime();
        return new Round(
                (sealed - begun) / 1_000.0 / READINGS, (opened - sealed) / 1_000.0 / READINGS);
    }

    /** Each by a sealer and an opener that remember nothing. */
    private Round firsts() throws NoCurrentKey {
        byte[] reading = new byte[READING_BYTES];
        byte[][] envelopes = new byte[FIRST_READINGS][];
        long begun = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < FIRST_READINGS; i++) {
            envelopes[i] = new Sealer(ring.published(), sequence, clock).seal(reading, context);
        }
        long sealed = threads.getCurrentThreadCpuTime();
        for (byte[] envelope : envelopes) {
            if (!(new Opener(ring, clock).open(envelope, context, window)
                    instanceof Opening.Opened)) {
                throw new IllegalStateException("an envelope of our own did not open");
            }
        }
        long opened = threads.getCurrentThreadCpuTime();
        return new Round(
                (sealed - begun) / 1_000.0 / FIRST_READINGS,
                (opened - sealed) / 1_000.0 / FIRST_READINGS);
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
