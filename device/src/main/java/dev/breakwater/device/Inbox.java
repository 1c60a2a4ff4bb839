/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the product's code, one piece after the other, on one virtual thread of its own. */
final class Inbox {

    /** How many pieces may wait; the server is told when a command finds no room. */
    static final int WAITING_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    /** A piece of the product's code. */
    @FunctionalInterface
    interface Task {
        void run() throws InterruptedException;
    }

    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofVirtual().name("breakwater-handlers").unstarted(this::run);

    void start() {
        thread.start();
    }

    /** Takes the task, or returns false if too many are waiting. */
    synchronized boolean offer(Task task) {
        return tasks.size() < WAITING_MAX && tasks.add(task);
    }

    /** Takes a task of which the caller has at most one waiting. */
    void add(Task task) {
        tasks.add(task);
    }

    /** Interrupts the running task and runs no other. */
    void stop() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                tasks.take().run();
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException fault) {
                // The product's fault must not silence the device.
                LOG.error("A handler failed", fault);
            }
        }
    }
}
