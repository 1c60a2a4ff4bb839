/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.fuzz.Contract;
import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.HttpsLine;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.server.ServerFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * What the time of "not found" gives away: a stranger asks in turn for what another organization
 * has and for what nobody has, and compares how long the answers took.
 */
final class ForeignIdTimesAttack implements Attack {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** On one connection, from one source: fewer than a source may ask in a second. */
    private static final int PAIRS_OF_A_SOURCE = 8;

    /**
     * Chance alone moves the share of 400 pairs by two points, and the furthest of thirty
     * operations by six.
     */
    private static final double POINTS_MAX = 10;

    private final Sources sources = Sources.attackers(20_000);

    @Override
    public void run(Arena arena) throws Exception {
        Map<String, String> objects = arena.world().objects();
        List<Contract.Operation> operations =
                TamperingAttack.contract(arena).operations().stream()
                        .filter(one -> one.method().equals("GET"))
                        .filter(one -> !one.isPublic() && !one.in("path").isEmpty())
                        .filter(one -> objects.containsKey(one.in("path").getLast().name()))
                        .toList();
        int pairs = arena.effort().choose(40, 400);
        // The server's code is compiled by then, and what it does no longer changes by itself.
        for (Contract.Operation operation : operations) {
            var _ = compare(arena, operation, pairs / 2);
        }
        Comparison furthest = Comparison.NONE;
        double shiftMicrosMax = 0;
        for (Contract.Operation operation : operations) {
            Comparison one = compare(arena, operation, pairs);
            shiftMicrosMax = Math.max(shiftMicrosMax, Math.abs(one.shiftMicros));
            if (one.isFurtherThan(furthest)) {
                furthest = one;
            }
        }
        arena.findings()
                .remark(
                        "%d pairs on each of %d operations, medians at most %.1f us apart; the furthest apart: %s"
                                .formatted(pairs, operations.size(), shiftMicrosMax, furthest));
        // A rehearsal has too few to tell them from chance.
        if (!arena.effort().isShort()) {
            arena.findings()
                    .atMost(
                            "points from one half by which foreign ids take longer than ids of nobody",
                            POINTS_MAX,
                            100 * Math.abs(furthest.ranks.share() - 0.5));
        }
    }

    /** What was found of one operation. */
    private record Comparison(
            String operation, RankSum ranks, double medianMicros, double shiftMicros) {

        private static final Comparison NONE = new Comparison("", new RankSum(0.5, 0), 0, 0);

        static Comparison of(String operation, long[] foreign, long[] nobodys) {
            double median = quartile(nobodys, 2);
            return new Comparison(
                    operation, RankSum.of(foreign, nobodys), median, quartile(foreign, 2) - median);
        }

        private static double quartile(long[] nanos, int quarter) {
            long[] ascending = nanos.clone();
            Arrays.sort(ascending);
            return ascending[Math.min(ascending.length * quarter / 4, ascending.length - 1)] / 1e3;
        }

        boolean isFurtherThan(Comparison other) {
            return Math.abs(ranks.share() - 0.5) > Math.abs(other.ranks.share() - 0.5);
        }

        @Override
        public String toString() {
            return "%s: a foreign id takes longer in %.1f %% of pairs (%.1f deviations of chance), by %.1f us of %.0f in the median"
                    .formatted(
                            operation,
                            100 * ranks.share(),
                            ranks.deviations(),
                            shiftMicros,
                            medianMicros);
        }
    }

    private Comparison compare(Arena arena, Contract.Operation operation, int pairs)
            throws IOException {
        Random random = new Random(arena.effort().seed());
        Map<String, String> objects = new HashMap<>(arena.world().objects());
        byte[] foreign = request(arena, operation, objects);
        String last = operation.in("path").getLast().name();
        objects.put(last, nobodys(UUID.fromString(objects.get(last)), random));
        byte[] nobodys = request(arena, operation, objects);
        long[] foreignNanos = new long[pairs];
        long[] nobodysNanos = new long[pairs];
        for (int done = 0; done < pairs; ) {
            try (HttpsLine line =
                    HttpsLine.open(
                            arena.tls(), sources.next(), arena.server().apiPort(), PATIENCE)) {
                // The first request of a connection has more to do.
                var _ = nanos(line, nobodys);
                for (int i = 0; i < PAIRS_OF_A_SOURCE && done < pairs; i++, done++) {
                    boolean foreignFirst = random.nextBoolean();
                    long one = nanos(line, foreignFirst ? foreign : nobodys);
                    long other = nanos(line, foreignFirst ? nobodys : foreign);
                    foreignNanos[done] = foreignFirst ? one : other;
                    nobodysNanos[done] = foreignFirst ? other : one;
                }
            }
        }
        return Comparison.of(operation.id(), foreignNanos, nobodysNanos);
    }

    private static byte[] request(
            Arena arena, Contract.Operation operation, Map<String, String> objects) {
        return Request.of("GET", operation.at(objects)).as(arena.world().stranger()).bytes();
    }

    /** As old as the foreign one, so that it is looked for in the same place. */
    private static String nobodys(UUID foreign, Random random) {
        return new UUID(
                        foreign.getMostSignificantBits(),
                        foreign.getLeastSignificantBits() ^ (random.nextLong() >>> 2))
                .toString();
    }

    private static long nanos(HttpsLine line, byte[] request) throws IOException {
        long begun = System.nanoTime();
        line.send(request);
        Answer answer = line.answer(false);
        long took = System.nanoTime() - begun;
        if (answer.status() != 404) {
            throw new ServerFailed("what is not a stranger's was answered with " + answer);
        }
        return took;
    }
}
