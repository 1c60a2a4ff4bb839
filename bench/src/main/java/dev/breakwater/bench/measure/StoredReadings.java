/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.TelemetryPackets;
import dev.breakwater.bench.server.Operator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/** Asks our API for the readings that were acknowledged, every single one. */
final class StoredReadings {

    /** Connections to the API that look at the same time. */
    static final int READERS = 8;

    private static final int PAGE_ROWS = 1_000;

    private final Operator operator;

    StoredReadings(Operator operator) {
        this.operator = operator;
    }

    /**
     * What came out.
     *
     * @param looked for so many that were acknowledged
     * @param missing so many of them
     * @param stored so many different ones are there, unacknowledged ones included
     * @param repeated so many are there beside them: at least once is what QoS 1 promises
     */
    record Count(long looked, long missing, long stored, long repeated) {

        private Count plus(Count other) {
            return new Count(
                    looked + other.looked,
                    missing + other.missing,
                    stored + other.stored,
                    repeated + other.repeated);
        }
    }

    /** Looks for what these devices were acknowledged. */
    Count look(List<SentReadings> devices) throws ExecutionException, InterruptedException {
        try (ExecutorService readers =
                Executors.newFixedThreadPool(READERS, Thread.ofVirtual().factory())) {
            List<Future<Count>> pending = new ArrayList<>();
            for (SentReadings one : devices) {
                pending.add(readers.submit(() -> look(one)));
            }
            Count all = new Count(0, 0, 0, 0);
            for (Future<Count> one : pending) {
                all = all.plus(one.get());
            }
            return all;
        }
    }

    private Count look(SentReadings sent) throws ExecutionException, InterruptedException {
        BitSet stored = new BitSet();
        long rows = 0;
        String base =
                "/devices/%s/telemetry?order=oldest-first&limit=%d"
                        .formatted(sent.device().id(), PAGE_ROWS);
        String next = base;
        while (true) {
            JsonNode page = operator.get(next).get();
            for (JsonNode item : page.path("items")) {
                int written = item.at("/reading/number").intValue();
                rows++;
                stored.set(TelemetryPackets.numberOf(written));
            }
            String cursor = page.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                break;
            }
            next = base + "&cursor=" + cursor;
        }
        BitSet missing = sent.acknowledged();
        long looked = missing.cardinality();
        missing.andNot(stored);
        return new Count(
                looked, missing.cardinality(), stored.cardinality(), rows - stored.cardinality());
    }
}
