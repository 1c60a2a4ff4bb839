/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.limits.QueueDelay;
import java.util.concurrent.Executor;

/**
 * Virtual threads, with a note of how long each piece of work waited until a processor took it:
 * nothing else shows that there are more of them than the processors can carry.
 */
final class TimedThreads implements Executor {

    private final Executor threads;
    private final QueueDelay delay;

    TimedThreads(Executor threads, QueueDelay delay) {
        this.threads = threads;
        this.delay = delay;
    }

    @Override
    public void execute(Runnable work) {
        long since = delay.now();
        threads.execute(
                () -> {
                    delay.waitedSince(since);
                    work.run();
                });
    }
}
