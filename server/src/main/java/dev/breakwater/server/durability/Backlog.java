/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much waits for the disk, in all. Above the high-water mark whoever can wait should: a
 * connection reads no more from its device. Below the low-water mark, which is half of it, all who
 * wait are told in the order in which they began to. So a slow disk slows the senders and refuses
 * nobody.
 */
public final class Backlog {

    private final long highBytes;
    private final long lowBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private volatile boolean high;

    /** An empty backlog with its high-water mark. */
    public Backlog(long highBytes) {
        this.highBytes = highBytes;
        this.lowBytes = highBytes / 2;
    }

    /** The high-water mark. */
    public long highBytes() {
        return highBytes;
    }

    /** So much more waits. */
    public void add(long more) {
        if (bytes.addAndGet(more) >= highBytes && !high) {
            synchronized (waiting) {
                high = bytes.get() >= highBytes;
            }
            // What was done meanwhile may have been the last, and has not seen that it is high.
            relieveIfLow();
        }
    }

    /** So much waits no longer. */
    public void done(long less) {
        bytes.addAndGet(-less);
        relieveIfLow();
    }

    private void relieveIfLow() {
        if (!high || bytes.get() > lowBytes) {
            return;
        }
        List<Runnable> relieved;
        synchronized (waiting) {
            if (bytes.get() > lowBytes) {
                return;
            }
            high = false;
            relieved = new ArrayList<>(waiting);
            waiting.clear();
        }
        relieved.forEach(Runnable::run);
    }

    /** Whether whoever can wait should. */
    public boolean isHigh() {
        return high;
    }

    /** Bytes that wait, with what their waiting costs. */
    public long bytes() {
        return bytes.get();
    }

    /**
     * Calls back once when the backlog is low, which may be at once.
     *
     * @param relieved runs on the committing thread, which all others wait for: it must hand over
     *     and return. Registered twice it is called once
     */
    public void whenLow(Runnable relieved) {
        synchronized (waiting) {
            if (high) {
                waiting.add(relieved);
                return;
            }
        }
        relieved.run();
    }

    /** Whoever waited is gone. */
    public void forget(Runnable relieved) {
        synchronized (waiting) {
            waiting.remove(relieved);
        }
    }

    /** How many wait for the low-water mark. */
    public int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }
}
