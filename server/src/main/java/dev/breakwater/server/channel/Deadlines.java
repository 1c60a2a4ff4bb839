/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.EventLoop;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timing wheel for every time-out of every connection: adding and cancelling cost the same for
 * ten connections and for a million. It is coarse on purpose.
 */
final class Deadlines implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int SLOTS = 1_024;

    private final HashedWheelTimer wheel =
            new HashedWheelTimer(
                    new DefaultThreadFactory("channel-deadlines", true),
                    TICK.toMillis(),
                    TimeUnit.MILLISECONDS,
                    SLOTS);

    /** Runs {@code action} on the connection's own event loop after {@code delay}. */
    Timeout after(Duration delay, EventLoop loop, Runnable action) {
        return wheel.newTimeout(
                timeout -> {
                    try {
                        loop.execute(action);
                    } catch (RejectedExecutionException stopped) {
                        LOG.trace("a deadline passed after its event loop had ended", stopped);
                    }
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        wheel.stop();
    }
}
