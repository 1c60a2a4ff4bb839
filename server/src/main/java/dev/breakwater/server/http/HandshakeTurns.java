/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.limits.TokenRate;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Lets handshakes compute in turn, a few at a time. A handshake is the dearest thing that a
 * stranger can ask for: a first flight costs its sender nothing and the server a signature. So they
 * never take all processors, and whose turn is next is decided by what their sources have done
 * lately: one that begins handshakes and does not end them, or begins them by the hundred, waits
 * behind one that begins its first; and whoever is to end one comes before all that begin.
 *
 * <p>Those who wait are virtual threads, no more than there are connections. Whoever is gone when
 * the turn comes costs nothing, for there is nothing to read any more.
 */
final class HandshakeTurns {

    /** What a handshake costs its source, and what of it is returned when it is done. */
    private static final int BEGUN = 10;

    private static final int DONE = 9;

    /** Before everybody who begins. */
    private static final long TO_GO_ON = -1;

    private final SourceDebts debts;
    private final PriorityQueue<Waiting> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Waiting::debt).thenComparingLong(Waiting::number));
    private int free;
    private long arrivals;

    /**
     * Nobody computes yet.
     *
     * @param atOnce turns that are taken at the same time; at least 1
     * @param perSecond handshakes of one source that may be done without standing behind others
     * @param nanos a clock that is never set
     */
    HandshakeTurns(int atOnce, int perSecond, LongSupplier nanos) {
        this.free = atOnce;
        this.debts = new SourceDebts(new TokenRate(perSecond, BEGUN), nanos);
    }

    /** Waits for the turn to begin a handshake. Blocks. */
    Turn toBegin(SourceNetwork source) {
        return take(debts.askedBy(source, BEGUN));
    }

    /** Waits for the turn to go on with one that has begun. Blocks. */
    Turn toGoOn() {
        return take(TO_GO_ON);
    }

    /** A handshake of this source is done. */
    void done(SourceNetwork source) {
        debts.returned(source, DONE);
    }

    private Turn take(long debt) {
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

    /** Lasts until it is closed; to close it again changes nothing. Of one thread only. */
    final class Turn implements AutoCloseable {

        private boolean over;

        private Turn() {}

        @Override
        public void close() {
            if (!over) {
                over = true;
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
