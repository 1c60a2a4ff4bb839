/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last events of one organization, numbered from 1. All its listeners read from here, each at a
 * place of its own, so that a slow one costs no memory: what it has not read in time is written
 * over. The lock is held for a few steps only, and never while anything is written or waited for.
 */
final class EventRing {

    private final String epoch = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    private final @Nullable DeviceEvent[] slots;
    private final long keptNanos;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private long last;
    private long doubts;
    private int listeners;
    private long leftAtNanos;
    private boolean givenUp;
    private boolean stopped;

    /**
     * @param kept how long it goes on when nobody listens, for those who come back
     * @param nanos a clock that is never set
     */
    EventRing(int size, Duration kept, LongSupplier nanos) {
        this.slots = new @Nullable DeviceEvent[size];
        this.keptNanos = kept.toNanos();
        this.nanos = nanos;
    }

    String epoch() {
        return epoch;
    }

    /** Adds an event; false if nobody has listened for so long that the ring is given up. */
    boolean add(DeviceEvent event) {
        lock.lock();
        try {
            if (listeners == 0 && nanos.getAsLong() - leftAtNanos >= keptNanos) {
                givenUp = true;
                return false;
            }
            last++;
            slots[slot(last)] = event;
            news.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private int slot(long sequence) {
        return (int) (sequence % slots.length);
    }

    /** A listener comes; false if the ring was given up before. */
    boolean join() {
        lock.lock();
        try {
            if (givenUp) {
                return false;
            }
            listeners++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            listeners--;
            leftAtNanos = nanos.getAsLong();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is known of a caller may have changed: wakes all listeners. */
    void doubt() {
        lock.lock();
        try {
            doubts++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long doubts() {
        lock.lock();
        try {
            return doubts;
        } finally {
            lock.unlock();
        }
    }

    /** Tells all listeners that there will be nothing more. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Whether everything after this place is still here. */
    boolean reaches(long sequence) {
        lock.lock();
        try {
            return sequence <= last && sequence >= last - slots.length;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for what comes after a place.
     *
     * @param knownDoubts returns as soon as there are others
     * @param countMax events returned at once
     */
    EventCursor.News await(
            EventCursor cursor, long after, long knownDoubts, int countMax, Duration atMost)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = atMost.toNanos();
            while (last == after && doubts == knownDoubts && !stopped && !cursor.isClosed()) {
                if (leftNanos <= 0) {
                    return new EventCursor.News.Nothing();
                }
                leftNanos = news.awaitNanos(leftNanos);
            }
            if (cursor.isClosed()) {
                return new EventCursor.News.Closed();
            }
            if (stopped) {
                return new EventCursor.News.Over();
            }
            if (after < last - slots.length) {
                return new EventCursor.News.Missed();
            }
            List<DeviceEvent> events = new ArrayList<>();
            for (long next = after + 1; next <= last && events.size() < countMax; next++) {
                DeviceEvent event = slots[slot(next)];
                if (event == null) {
                    throw new IllegalStateException("event %d is not in its slot".formatted(next));
                }
                events.add(event);
            }
            return events.isEmpty()
                    ? new EventCursor.News.Nothing()
                    : new EventCursor.News.Events(after + 1, events);
        } finally {
            lock.unlock();
        }
    }
}
