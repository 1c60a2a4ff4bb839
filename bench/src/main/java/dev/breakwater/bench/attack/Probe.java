/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.load.Latencies;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Asks for the same thing again and again, at a pace that does not depend on the answers: some ask
 * in turn, so that one slow answer does not hide what happens meanwhile.
 */
final class Probe {

    private static final int ASKING = 4;
    private static final Duration PERIOD = Duration.ofMillis(200);

    private final Asking asking;
    private final List<Thread> threads = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    private Probe(Asking asking) {
        this.asking = asking;
    }

    /** One question. */
    interface Asking {

        /**
         * Returns when it was answered as it must be.
         *
         * @throws IOException if it was not
         */
        void ask() throws IOException;
    }

    /** Makes a question for one of those who ask. */
    interface Preparing {
        Asking asking();
    }

    /** One question that was asked, by {@link System#nanoTime}. */
    record Asked(long atNanos, double millis, String failure) {

        boolean isGood() {
            return failure.isEmpty();
        }
    }

    /** Begins. */
    static List<Probe> begin(Preparing preparing) {
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < ASKING; i++) {
            Probe probe = new Probe(preparing.asking());
            long offset = PERIOD.toNanos() * i / ASKING;
            probe.threads.add(Thread.ofPlatform().daemon().start(() -> probe.askOn(offset)));
            probes.add(probe);
        }
        return probes;
    }

    private void askOn(long offsetNanos) {
        long next = System.nanoTime() + offsetNanos;
        while (!ended) {
            try {
                Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            } catch (InterruptedException end) {
                return;
            }
            next = Math.max(next + PERIOD.toNanos(), System.nanoTime());
            ask();
        }
    }

    private void ask() {
        long begun = System.nanoTime();
        String failure = "";
        try {
            asking.ask();
        } catch (IOException | RuntimeException failed) {
            failure = String.valueOf(failed);
        }
        long took = System.nanoTime() - begun;
        latencies.add(took);
        asked.add(new Asked(begun, took / 1e6, failure));
    }

    /** Asks no more; returns when the last answer is there. */
    static void end(List<Probe> probes) throws InterruptedException {
        probes.forEach(probe -> probe.ended = true);
        for (Probe probe : probes) {
            for (Thread thread : probe.threads) {
                thread.join();
            }
        }
    }

    /** All that were asked so far. */
    static List<Asked> asked(List<Probe> probes) {
        List<Asked> all = new ArrayList<>();
        probes.forEach(probe -> all.addAll(probe.asked));
        all.sort(java.util.Comparator.comparingLong(Asked::atNanos));
        return all;
    }
}
