/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where whatever may wait for the store runs, so that no event loop ever does: virtual threads, of
 * which a bounded number is at work at a time.
 */
final class BlockingWork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BlockingWork.class);
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("channel-blocking-", 0).factory());
    private final Semaphore places;
    private final int atWorkMax;

    BlockingWork(int atWorkMax) {
        this.atWorkMax = atWorkMax;
        this.places = new Semaphore(atWorkMax);
    }

    /** How much is at work. */
    int atWork() {
        return atWorkMax - places.availablePermits();
    }

    /** Runs it now, or says no: there are enough at work. */
    boolean tryRun(Runnable work) {
        if (!places.tryAcquire()) {
            return false;
        }
        return start(
                () -> {
                    try {
                        work.run();
                    } finally {
                        places.release();
                    }
                },
                places::release);
    }

    /**
     * Runs it when there is room. Whoever calls this bounds how many wait, for example to one for
     * each connection.
     */
    void runWhenPossible(Runnable work) {
        start(
                () -> {
                    places.acquireUninterruptibly();
                    try {
                        work.run();
                    } finally {
                        places.release();
                    }
                },
                () -> {});
    }

    private boolean start(Runnable work, Runnable whenStopped) {
        try {
            threads.execute(work);
            return true;
        } catch (RejectedExecutionException stopped) {
            LOG.trace("work came after the channel had stopped", stopped);
            whenStopped.run();
            return false;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("work of the device channel is still waiting for the store");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
