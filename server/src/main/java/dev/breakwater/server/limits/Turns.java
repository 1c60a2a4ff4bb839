/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * So many do something at the same time, and the others wait until they are called: who owes least
 * first, of those the one who came first. Whoever asks for much waits for its own kind.
 * Thread-safe; those who wait are best virtual threads.
 */
public final class Turns {

    private final PriorityQueue<Waiting> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Waiting::debt).thenComparingLong(Waiting::number));
    private int free;
    private long arrivals;

    /**
     * All turns are free.
     *
     * @param atOnce turns that are taken at the same time; at least 1
     */
    public Turns(int atOnce) {
        this.free = atOnce;
    }

    /**
     * Waits for a turn. Blocks, and is not interrupted.
     *
     * @param debt what whoever asks owes, in any unit that all share
     */
    public Turn take(long debt) {
        Waiting waiting;
        synchronized (queue) {
            if (free > 0) {
                free--;
                return new Turn();
            }
            waiting = new Waiting(debt, arrivals++, Thread.currentThread());
            queue.add(waiting);
        }
        boolean interrupted = false;
        while (!waiting.called) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Turn();
    }

    /** Lasts until it is closed, by whatever thread; to close it again changes nothing. */
    public final class Turn implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();

        private Turn() {}

        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                giveOn();
            }
        }
    }

    private void giveOn() {
        Waiting next;
        synchronized (queue) {
            next = queue.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.called = true;
        LockSupport.unpark(next.thread);
    }

    /** One who waits; the turn that is free when it is called is its own. */
    private static final class Waiting {

        private final long debt;
        private final long number;
        private final Thread thread;
        private volatile boolean called;

        Waiting(long debt, long number, Thread thread) {
            this.debt = debt;
            this.number = number;
            this.thread = thread;
        }

        long debt() {
            return debt;
        }

        long number() {
            return number;
        }
    }
}
