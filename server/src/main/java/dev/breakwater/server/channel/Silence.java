/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a device has said nothing for too long (MQTT 5.0 section 3.1.2.10). A whole packet
 * counts, a byte does not. The timer is set once for each period, not once for each packet. It
 * lives on the connection's event loop.
 */
final class Silence {

    private final Duration longest;
    private final Deadlines deadlines;
    private final EventLoop loop;
    private final Runnable tooLong;
    private long lastHeardNanos;
    private @Nullable Timeout timeout;
    private boolean ended;

    Silence(Duration longest, Deadlines deadlines, EventLoop loop, Runnable tooLong) {
        this.longest = longest;
        this.deadlines = deadlines;
        this.loop = loop;
        this.tooLong = tooLong;
    }

    void begin() {
        heard();
        watch(longest);
    }

    /** A packet has arrived, or the server itself was not listening. */
    void heard() {
        lastHeardNanos = System.nanoTime();
    }

    void end() {
        ended = true;
        if (timeout != null) {
            timeout.cancel();
        }
    }

    private void watch(Duration period) {
        timeout = deadlines.after(period, loop, this::look);
    }

    private void look() {
        if (ended) {
            return;
        }
        Duration left = longest.minusNanos(System.nanoTime() - lastHeardNanos);
        if (left.isPositive()) {
            watch(left);
        } else {
            tooLong.run();
        }
    }
}
