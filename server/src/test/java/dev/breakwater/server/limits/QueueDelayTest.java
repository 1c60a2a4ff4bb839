/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QueueDelayTest {

    private static final long MILLISECOND = 1_000_000;

    private final AtomicLong nanos = new AtomicLong(1_000_000_000);
    private final QueueDelay delay =
            new QueueDelay(Duration.ofMillis(50), Duration.ofMillis(200), nanos::get);

    @Test
    void callsAQueueTooLongWhenEverybodyWaitedTooLongForAWholeInterval() {
        waits(60);
        pass(100);
        waits(51);
        assertThat(delay.tooLong()).as("the interval is not over").isFalse();
        pass(100);
        assertThat(delay.tooLong()).isTrue();
    }

    /** A burst: some wait long, and then the queue is empty. */
    @Test
    void bearsABurstWhoseEndSomebodySees() {
        waits(900);
        pass(100);
        waits(0);
        waits(900);
        pass(100);
        assertThat(delay.tooLong()).isFalse();
    }

    @Test
    void isCalmAgainAfterAnIntervalInWhichSomebodyWaitedShortlyOrNobodyAtAll() {
        standing();
        waits(10);
        pass(200);
        assertThat(delay.tooLong()).isFalse();
        standing();
        pass(200);
        assertThat(delay.tooLong()).isFalse();
    }

    @Test
    void staysTooLongWhileEverybodyWaitsTooLong() {
        standing();
        for (int i = 0; i < 10; i++) {
            waits(70);
            pass(200);
            assertThat(delay.tooLong()).isTrue();
        }
    }

    /** What was long ago says nothing of now. */
    @Test
    void forgetsAnIntervalThatIsLongOver() {
        waits(900);
        pass(10_000);
        assertThat(delay.tooLong()).isFalse();
    }

    private void standing() {
        waits(60);
        pass(200);
        assertThat(delay.tooLong()).isTrue();
    }

    private void waits(long milliseconds) {
        delay.waitedSince(nanos.get() - milliseconds * MILLISECOND);
    }

    private void pass(long milliseconds) {
        nanos.addAndGet(milliseconds * MILLISECOND);
    }
}
