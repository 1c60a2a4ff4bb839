/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Who may use a storage: everybody, until an erasure takes it over, and nobody from then on. Safe
 * for use by many threads.
 */
final class StorageUse {

    private final ReentrantReadWriteLock users = new ReentrantReadWriteLock();
    private volatile boolean over;

    /**
     * Works, if the use is not over; whoever ends it waits for this.
     *
     * @throws HandedOver if it is
     */
    <T> T during(SealedStorage.Work<T> work) throws IOException {
        users.readLock().lock();
        try {
            if (over) {
                throw new HandedOver();
            }
            return work.go();
        } finally {
            users.readLock().unlock();
        }
    }

    /**
     * Lets nobody begin any more, and waits for those who are at work.
     *
     * @return whether they came to an end in this time; an interruption does not shorten it
     */
    boolean end(Duration timeMax) {
        over = true;
        boolean interrupted = false;
        long end = System.nanoTime() + timeMax.toNanos();
        try {
            while (true) {
                try {
                    boolean alone =
                            users.writeLock()
                                    .tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (alone) {
                        users.writeLock().unlock();
                    }
                    return alone;
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
