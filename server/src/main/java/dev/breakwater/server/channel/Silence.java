/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a device has said nothing for too long (MQTT 5.0 section 3.1.2.10). A whole packet
 * counts, a byte does not, and neither does time in which nobody listens. The timer is set once for
 * each period, not once for each packet. It lives on the connection's event loop.
 */
final class Silence {

    private final Duration longest;
    private final Deadlines deadlines;
    private final EventLoop loop;
    private final BooleanSupplier listening;
    private final Runnable tooLong;
    private long lastHeardNanos;
    private @Nullable Timeout timeout;
    private boolean ended;

    Silence(
            Duration longest,
            Deadlines deadlines,
            EventLoop loop,
            BooleanSupplier listening,
            Runnable tooLong) {
        this.longest = longest;
        this.deadlines = deadlines;
        this.loop = loop;
        this.listening = listening;
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
        if (!listening.getAsBoolean()) {
            heard();
        }
        Duration left = longest.minusNanos(System.nanoTime() - lastHeardNanos);
        if (left.isPositive()) {
            watch(left);
        } else {
            tooLong.run();
        }
    }
}
