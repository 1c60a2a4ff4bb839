/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HandshakeTurnsTest {

    private static final SourceNetwork GREEDY = new SourceNetwork("192.0.2.66");
    private static final SourceNetwork MODEST = new SourceNetwork("192.0.2.1");
    private static final SourceNetwork OTHER = new SourceNetwork("192.0.2.2");
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong nanos = new AtomicLong(SECOND);
    private final ConcurrentLinkedQueue<SourceNetwork> computed = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    private HandshakeTurns turns(int atOnce) {
        return new HandshakeTurns(atOnce, 2, nanos::get);
    }

    @Test
    void callsThoseFirstWhoseSourceAskedForLeast() throws Exception {
        HandshakeTurns turns = turns(1);
        CountDownLatch held = new CountDownLatch(1);
        begin(turns, GREEDY, held);
        for (int i = 0; i < 5; i++) {
            begin(turns, GREEDY, new CountDownLatch(0));
        }
        begin(turns, MODEST, new CountDownLatch(0));
        begin(turns, OTHER, new CountDownLatch(0));
        held.countDown();
        end();

        assertThat(computed)
                .containsExactly(GREEDY, MODEST, OTHER, GREEDY, GREEDY, GREEDY, GREEDY, GREEDY);
    }

    /** A building of honest people makes many, and ends each. */
    @Test
    void chargesLittleForHandshakesThatAreDone() throws Exception {
        HandshakeTurns turns = turns(1);
        for (int i = 0; i < 8; i++) {
            within(turns, GREEDY, () -> {});
            turns.done(GREEDY);
            nanos.addAndGet(SECOND / 2);
        }
        CountDownLatch held = new CountDownLatch(1);
        begin(turns, OTHER, held);
        begin(turns, GREEDY, new CountDownLatch(0));
        begin(turns, MODEST, new CountDownLatch(0));
        held.countDown();
        end();

        assertThat(computed).containsExactly(OTHER, GREEDY, MODEST);
    }

    @Test
    void callsThoseWhoGoOnBeforeThoseWhoBegin() throws Exception {
        HandshakeTurns turns = turns(1);
        CountDownLatch held = new CountDownLatch(1);
        begin(turns, OTHER, held);
        begin(turns, MODEST, new CountDownLatch(0));
        waitFor(
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    Turns.Turn turn = turns.toGoOn();
                                    computed.add(GREEDY);
                                    turn.close();
                                }));
        held.countDown();
        end();

        assertThat(computed).containsExactly(OTHER, GREEDY, MODEST);
    }

    @Test
    void forgetsWhatWasAskedForLongAgo() throws Exception {
        HandshakeTurns turns = turns(1);
        for (int i = 0; i < 10; i++) {
            within(turns, GREEDY, () -> {});
        }
        nanos.addAndGet(60 * SECOND);
        CountDownLatch held = new CountDownLatch(1);
        begin(turns, OTHER, held);
        begin(turns, GREEDY, new CountDownLatch(0));
        begin(turns, MODEST, new CountDownLatch(0));
        held.countDown();
        end();

        assertThat(computed).containsExactly(OTHER, GREEDY, MODEST);
    }

    /** Three meet each time, which fewer at once could not, and never a fourth. */
    @Test
    void letsAsManyComputeAsMayAndNoMore() throws Exception {
        HandshakeTurns turns = turns(3);
        CyclicBarrier meeting = new CyclicBarrier(3);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 210; i++) {
            SourceNetwork source = new SourceNetwork("192.0.2." + i % 7);
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> within(turns, source, () -> meet(meeting, now, most))));
        }
        end();

        assertThat(most.get()).isEqualTo(3);
    }

    private static void meet(CyclicBarrier meeting, AtomicInteger now, AtomicInteger most) {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        try {
            meeting.await();
        } catch (InterruptedException | BrokenBarrierException ended) {
            throw new IllegalStateException(ended);
        } finally {
            now.decrementAndGet();
        }
    }

    @Test
    void givesTheTurnOnWhenOneFails() {
        HandshakeTurns turns = turns(1);
        assertThatThrownBy(
                        () ->
                                within(
                                        turns,
                                        GREEDY,
                                        () -> {
                                            throw new IllegalStateException("no such curve");
                                        }))
                .hasMessage("no such curve");
        within(turns, MODEST, () -> computed.add(MODEST));

        assertThat(computed).containsExactly(MODEST);
    }

    private static void within(HandshakeTurns turns, SourceNetwork source, Runnable computing) {
        Turns.Turn turn = turns.toBegin(source);
        try {
            computing.run();
        } finally {
            turn.close();
        }
    }

    /** Returns when it computes, or waits. */
    private void begin(HandshakeTurns turns, SourceNetwork source, CountDownLatch until) {
        Thread thread =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        within(
                                                turns,
                                                source,
                                                () -> {
                                                    computed.add(source);
                                                    await(until);
                                                }));
        waitFor(thread);
    }

    private void waitFor(Thread thread) {
        threads.add(thread);
        while (thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
