/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.ReadLink;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection's reads: the next as soon as the one before is answered, or each at its time. What
 * is due while an earlier one is underway waits here, and its time counts from when it was due: a
 * server that stalls cannot hide it.
 */
final class Reader implements ReadLink.Listener {

    private final Answers answers;
    private final Deque<Long> waiting = new ArrayDeque<>();
    private volatile @Nullable ReadLink link;
    private @Nullable ScheduledFuture<?> clock;
    private Latencies latencies = new Latencies();
    private boolean again;
    private volatile boolean underway;
    private long dueNanos;
    private long nextDueNanos;

    Reader(Answers answers) {
        this.answers = answers;
    }

    /** What all readers of a server see besides times. One per server, any thread. */
    static final class Answers {

        private int failed;
        private int answerBytes;
        private @Nullable String firstFailure;

        private synchronized void answered(int status, int bytes) {
            answerBytes = bytes;
            if (status != 200) {
                failed("an answer of " + status);
            }
        }

        private synchronized void failed(String why) {
            failed++;
            if (firstFailure == null) {
                firstFailure = why;
            }
        }

        /** What a cold server refuses while it warms up is no failure. */
        synchronized void forget() {
            failed = 0;
            firstFailure = null;
        }

        synchronized int failed() {
            return failed;
        }

        synchronized String firstFailure() {
            return firstFailure == null ? "" : firstFailure;
        }

        /** The size of an answer, head and body. */
        synchronized int answerBytes() {
            return answerBytes;
        }
    }

    /** Whether the connection is there. Any thread. */
    boolean isConnected() {
        return link != null;
    }

    /** Whether an answer is awaited. Any thread; steady only after {@link #rest}. */
    boolean isBusy() {
        return underway;
    }

    /** Reads without a pause from now on. Any thread. */
    void readOnAndOn(Latencies into) {
        onLoop(
                open -> {
                    latencies = into;
                    again = true;
                    ask(open, System.nanoTime());
                });
    }

    /** Reads once in each period from now on, the first time after the phase. Any thread. */
    void readEvery(Duration period, Duration phase, Latencies into) {
        onLoop(
                open -> {
                    latencies = into;
                    nextDueNanos = System.nanoTime() + phase.toNanos();
                    clock =
                            open.loop()
                                    .scheduleAtFixedRate(
                                            () -> due(open, period),
                                            phase.toNanos(),
                                            period.toNanos(),
                                            TimeUnit.NANOSECONDS);
                });
    }

    /** Plans no further read; returns when that is so. What is due already is still asked. */
    void rest() {
        var _ =
                link().loop()
                        .submit(
                                () -> {
                                    again = false;
                                    if (clock != null) {
                                        clock.cancel(false);
                                        clock = null;
                                    }
                                })
                        .syncUninterruptibly();
    }

    /** Ends the connection. Any thread. */
    void leave() {
        onLoop(ReadLink::close);
    }

    private void onLoop(Consumer<ReadLink> work) {
        ReadLink open = link();
        open.loop().execute(() -> work.accept(open));
    }

    private ReadLink link() {
        ReadLink open = link;
        if (open == null) {
            throw new IllegalStateException("a reader is not connected");
        }
        return open;
    }

    private void due(ReadLink open, Duration period) {
        long due = nextDueNanos;
        nextDueNanos += period.toNanos();
        if (underway) {
            waiting.add(due);
        } else {
            ask(open, due);
        }
    }

    private void ask(ReadLink open, long due) {
        underway = true;
        dueNanos = due;
        open.ask();
    }

    @Override
    public void connected(ReadLink opened) {
        link = opened;
    }

    @Override
    public void answered(ReadLink open, int status, int bytes) {
        long now = System.nanoTime();
        latencies.add(now - dueNanos);
        answers.answered(status, bytes);
        Long next = again ? Long.valueOf(now) : waiting.poll();
        if (next == null) {
            underway = false;
        } else {
            ask(open, next);
        }
    }

    @Override
    public void ended(Exception why) {
        answers.failed(String.valueOf(why.getMessage()));
    }
}
