/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends commands whose time has come. The next due time comes from the store, hence nothing is lost
 * by a restart; what the clock says decides, and the thread's waiting only decides when to ask it.
 */
final class CommandDeadlines implements CommandDispatch.Deadlines, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommandDeadlines.class);

    /** The clock may be set forward, which no waiting thread notices: look at least this often. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int BITE = 100;

    private final CommandStore store;
    private final Clock clock;
    private final Consumer<DeviceCommand> ended;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private Instant next = Instant.MIN;
    private boolean closing;

    CommandDeadlines(CommandStore store, Clock clock, Consumer<DeviceCommand> ended) {
        this.store = store;
        this.clock = clock;
        this.ended = ended;
        this.thread = Thread.ofVirtual().name("command-deadlines").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** A command has become due at this time. Never waits for the store. */
    @Override
    public void dueAt(Instant due) {
        lock.lock();
        try {
            if (due.isBefore(next)) {
                next = due;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (waitUntilDue()) {
            try {
                endOverdue();
                // Deadlines set from here on are earlier than MAX, whatever the store knew.
                expect(Instant.MAX);
                store.nextDue().ifPresent(this::dueAt);
            } catch (RuntimeException later) {
                // Whatever it was must not end this thread, or no command would ever end again.
                LOG.error("commands cannot be ended now", later);
                expect(clock.instant().plus(LOOK));
            }
        }
    }

    /** Ends what is due at this moment. Blocks. */
    void endOverdue() {
        List<DeviceCommand> some;
        do {
            some = store.endOverdue(clock.instant(), BITE);
            some.forEach(ended);
        } while (some.size() == BITE);
    }

    private void expect(Instant due) {
        lock.lock();
        try {
            next = due;
        } finally {
            lock.unlock();
        }
    }

    /** Returns false when it is time to end. */
    private boolean waitUntilDue() {
        lock.lock();
        try {
            while (!closing) {
                Instant now = clock.instant();
                if (!now.isBefore(next)) {
                    return true;
                }
                boolean soon = next.isBefore(now.plus(LOOK));
                Duration wait = soon ? Duration.between(now, next) : LOOK;
                long left = changed.awaitNanos(wait.toNanos());
                LOG.trace("{} ns of the wait were left", left);
            }
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends after the step in work. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (thread.getState() != Thread.State.NEW) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
