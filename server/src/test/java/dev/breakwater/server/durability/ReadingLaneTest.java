/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.QueueDelay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadingLaneTest {

    private final AtomicLong nanos = new AtomicLong();
    private final ReadingLane lane =
            new ReadingLane(
                    2,
                    new QueueDelay(Duration.ofMillis(50), Duration.ofMillis(200), 1, nanos::get));

    @Test
    void letsNoMoreReadAtATimeThanItHoldsAndEverybodyElseAtOnce() throws Exception {
        CountDownLatch reading = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        CompletableFuture<?>[] people = new CompletableFuture<?>[10];
        for (int i = 0; i < people.length; i++) {
            people[i] =
                    CompletableFuture.runAsync(
                            () ->
                                    lane.within(
                                            0,
                                            () ->
                                                    ReadingLane.read(
                                                            () -> {
                                                                most.accumulateAndGet(
                                                                        now.incrementAndGet(),
                                                                        Math::max);
                                                                reading.countDown();
                                                                await(go);
                                                                return now.decrementAndGet();
                                                            })),
                            Thread::startVirtualThread);
        }
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(ReadingLane.read(() -> "a device is admitted")).isNotEmpty();

        go.countDown();
        CompletableFuture.allOf(people).get(10, TimeUnit.SECONDS);
        assertThat(most.get()).isEqualTo(2);
    }

    @Test
    void saysWhenReadingsWaitTooLong() throws Exception {
        assertThat(lane.tooLong()).isFalse();
        CountDownLatch reading = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<?>[] busy = new CompletableFuture<?>[2];
        for (int i = 0; i < busy.length; i++) {
            busy[i] =
                    CompletableFuture.runAsync(
                            () ->
                                    lane.within(
                                            0,
                                            () ->
                                                    ReadingLane.read(
                                                            () -> {
                                                                reading.countDown();
                                                                await(go);
                                                                return "";
                                                            })),
                            Thread::startVirtualThread);
        }
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
        nanos.addAndGet(Duration.ofMillis(250).toNanos());
        assertThat(lane.tooLong()).as("nobody has waited").isFalse();
        Thread waiting =
                Thread.startVirtualThread(() -> lane.within(0, () -> ReadingLane.read(() -> "")));
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        nanos.addAndGet(Duration.ofMillis(190).toNanos());
        go.countDown();
        CompletableFuture.allOf(busy).get(10, TimeUnit.SECONDS);
        waiting.join();
        nanos.addAndGet(Duration.ofMillis(10).toNanos());

        assertThat(lane.tooLong()).isTrue();
    }

    @Test
    void readsFirstForThoseWhoOweLeast() throws Exception {
        ReadingLane single =
                new ReadingLane(
                        1,
                        new QueueDelay(
                                Duration.ofMillis(50), Duration.ofMillis(200), 1, nanos::get));
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        threads.add(
                read(
                        single,
                        0,
                        () -> {
                            reading.countDown();
                            await(go);
                        }));
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
        threads.add(waiting(read(single, 9, () -> order.add("owes"))));
        threads.add(waiting(read(single, 0, () -> order.add("owes nothing"))));
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(order).containsExactly("owes nothing", "owes");
    }

    private static Thread read(ReadingLane lane, long debt, Runnable reading) {
        return Thread.startVirtualThread(
                () ->
                        lane.within(
                                debt,
                                () ->
                                        ReadingLane.read(
                                                () -> {
                                                    reading.run();
                                                    return "";
                                                })));
    }

    private static Thread waiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
