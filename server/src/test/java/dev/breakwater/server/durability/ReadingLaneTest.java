/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.QueueDelay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadingLaneTest {

    private final AtomicLong nanos = new AtomicLong();
    private final ReadingLane lane =
            new ReadingLane(
                    2, new QueueDelay(Duration.ofMillis(50), Duration.ofMillis(200), nanos::get));

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
                Thread.startVirtualThread(() -> lane.within(() -> ReadingLane.read(() -> "")));
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

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
