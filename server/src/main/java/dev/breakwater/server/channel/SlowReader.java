/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a device reads nothing (a closed TCP window), long before what waits for it has used
 * up its bytes: no packet has left for a while although some wait. Nothing is timed as long as
 * packets leave at once. It lives on the connection's event loop.
 */
final class SlowReader {

    private final PacketWriter writer;
    private final Duration patience;
    private final Deadlines deadlines;
    private final EventLoop loop;
    private final Runnable readsNothing;
    private @Nullable Timeout timeout;
    private long leftBefore;
    private boolean ended;

    /**
     * @param patience found out after this time, at the latest after twice as long
     */
    SlowReader(
            PacketWriter writer,
            Duration patience,
            Deadlines deadlines,
            EventLoop loop,
            Runnable readsNothing) {
        this.writer = writer;
        this.patience = patience;
        this.deadlines = deadlines;
        this.loop = loop;
        this.readsNothing = readsNothing;
    }

    /** Something was flushed: watch, unless it has left already. */
    void watch() {
        if (timeout == null && !ended && writer.isWaiting()) {
            leftBefore = writer.packetsLeft();
            timeout = deadlines.after(patience, loop, this::look);
        }
    }

    private void look() {
        timeout = null;
        if (ended || !writer.isWaiting()) {
            return;
        }
        if (writer.packetsLeft() == leftBefore) {
            readsNothing.run();
        } else {
            watch();
        }
    }

    void end() {
        ended = true;
        if (timeout != null) {
            timeout.cancel();
        }
    }
}
