/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.Http2Frames;
import dev.breakwater.bench.attack.wire.Http2Line;
import dev.breakwater.bench.attack.wire.Sources;
import dev.breakwater.bench.server.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * Frames that cost the server more than their sender. Each way is tried on a connection of its own,
 * and its frames are counted until the server has had enough: those it says that it has taken, or
 * where they are on no stream of their own, those that were sent until its farewell came.
 */
final class Http2Attack implements Attack {

    private static final int BAD_FRAMES_MAX = 100;
    private static final int FRAMES_SENT_MAX = 2_000;
    private static final int FRAMES_AT_ONCE = 4;
    private static final Duration BETWEEN = Duration.ofMillis(2);
    private static final Duration FOR_THE_END = Duration.ofSeconds(10);
    private static final Duration CALM = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(1);
    private static final double CPU_PERCENT_MAX = 10;

    /**
     * One way.
     *
     * @param onStreams whether each bad frame is on a new stream
     * @param before sent once, before the first bad frame
     * @param bad makes the bad frame of this number, with whatever it needs before it
     */
    @SuppressWarnings("ArrayRecordComponent") // sent, never compared
    private record Trick(String name, boolean onStreams, byte[] before, IntFunction<byte[]> bad) {}

    private static final List<Trick> TRICKS =
            List.of(
                    onNewStream("rapid reset (CVE-2023-44487)", Http2Frames::cancel),
                    onNewStream(
                            "MadeYouReset by an empty window (CVE-2025-8671)",
                            Http2Frames::emptyWindow),
                    onNewStream(
                            "MadeYouReset by an overflowing window",
                            Http2Frames::overflowingWindow),
                    onNewStream("MadeYouReset by DATA after the end", Http2Frames::dataAfterEnd),
                    onNewStream(
                            "MadeYouReset by a stream that depends on itself",
                            Http2Frames::selfDependence),
                    new Trick(
                            "CONTINUATION flood",
                            false,
                            Http2Frames.endlessRequest(1),
                            _ -> Http2Frames.continuation(1)),
                    new Trick(
                            "flood of empty CONTINUATION",
                            false,
                            Http2Frames.endlessRequest(1),
                            _ -> Http2Frames.emptyContinuation(1)),
                    new Trick("PING flood", false, new byte[0], _ -> Http2Frames.ping()),
                    new Trick("SETTINGS flood", false, new byte[0], _ -> Http2Frames.settings()));

    private static Trick onNewStream(String name, IntFunction<byte[]> bad) {
        return new Trick(
                name,
                true,
                new byte[0],
                number -> {
                    int stream = 2 * number + 1;
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    bytes.writeBytes(Http2Frames.request(stream));
                    bytes.writeBytes(bad.apply(stream));
                    return bytes.toByteArray();
                });
    }

    @Override
    public void run(Arena arena) throws Exception {
        Sources sources = Sources.attackers(100);
        int rounds = arena.effort().choose(1, 20);
        try (Watch watch = arena.watch()) {
            for (Trick trick : TRICKS) {
                int most = 0;
                for (int round = 0; round < rounds; round++) {
                    most = Math.max(most, framesUntilEnd(arena, sources, trick));
                }
                arena.findings()
                        .atMost(trick.name + ": bad frames until the end", BAD_FRAMES_MAX, most);
            }
            watch.attackEnded();
            EverybodyElse.areAnswered(arena.findings(), "frames", watch);
        }
        if (arena.effort().isCalm()) {
            rest(arena);
        }
    }

    private static void rest(Arena arena) throws IOException, InterruptedException {
        ServerProcess process = arena.server().process();
        Thread.sleep(CALM);
        Duration before = process.cpu();
        long begun = System.nanoTime();
        Thread.sleep(MEASURED);
        double percent =
                100.0 * process.cpu().minus(before).toNanos() / (System.nanoTime() - begun);
        arena.findings()
                .below("CPU time of the server two seconds later, %", CPU_PERCENT_MAX, percent);
    }

    private static int framesUntilEnd(Arena arena, Sources sources, Trick trick)
            throws IOException, InterruptedException {
        try (Http2Line line =
                Http2Line.open(arena.tls(), sources.next(), arena.server().apiPort())) {
            line.send(trick.before);
            if (!arena.effort().isCalm()) {
                return framesAtOnce(line, trick);
            }
            int sent = 0;
            while (!line.isEnded() && sent < FRAMES_SENT_MAX) {
                for (int i = 0; i < FRAMES_AT_ONCE; i++) {
                    line.send(trick.bad.apply(sent++));
                }
                Thread.sleep(BETWEEN);
            }
            OptionalInt last = line.lastStream();
            return trick.onStreams && last.isPresent() ? (last.getAsInt() + 1) / 2 : sent;
        }
    }

    /**
     * As many as are borne at most, and no more: how soon a busy machine comes to end the
     * connection is no matter then, only that it does.
     */
    private static int framesAtOnce(Http2Line line, Trick trick)
            throws IOException, InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < BAD_FRAMES_MAX; i++) {
            all.writeBytes(trick.bad.apply(i));
        }
        line.send(all.toByteArray());
        long patience = System.nanoTime() + FOR_THE_END.toNanos();
        while (!line.isEnded() && System.nanoTime() < patience) {
            Thread.sleep(BETWEEN);
        }
        return line.isEnded() ? BAD_FRAMES_MAX : FRAMES_SENT_MAX;
    }
}
