/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Ends a live session when its certificate does. It looks at the clock now and then instead of
 * trusting one long timer: clocks are set, and machines are suspended.
 */
final class ExpiryWatch {

    private static final Duration LOOK_MAX = Duration.ofMinutes(10);

    private final Instant notAfter;
    private final ChannelParts parts;
    private final EventLoop loop;
    private final Runnable expired;
    private @Nullable Timeout timeout;
    private boolean ended;

    ExpiryWatch(Instant notAfter, ChannelParts parts, EventLoop loop, Runnable expired) {
        this.notAfter = notAfter;
        this.parts = parts;
        this.loop = loop;
        this.expired = expired;
    }

    void begin() {
        if (ended) {
            return;
        }
        Duration left = Duration.between(parts.clock().instant(), notAfter);
        if (left.isPositive()) {
            Duration next = left.compareTo(LOOK_MAX) < 0 ? left : LOOK_MAX;
            timeout = parts.deadlines().after(next, loop, this::begin);
        } else {
            expired.run();
        }
    }

    void end() {
        ended = true;
        if (timeout != null) {
            timeout.cancel();
        }
    }
}
