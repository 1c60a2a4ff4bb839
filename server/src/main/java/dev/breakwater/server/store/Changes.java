/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts the commits that changed a row which may be remembered ({@link RememberedRows}). There is
 * one per database, for there is one writer. Only the committing thread raises it; to compare takes
 * no lock.
 *
 * <p>A commit is durable, then the count rises and the changed rows are marked with it, and only
 * then is anybody told. Whoever reads a row takes the count first and reads then. So a reading that
 * is older than the commit has a lower count than the row's mark, and serves nobody once the one
 * who changed the row has been told; a reading in between is an early reading, nothing else.
 *
 * <p>Rows share marks, so that a change also makes a few others be read again, which is harmless.
 * While there is no writing connection nothing stands: a server that was lost while it committed
 * may still be at it, and a new connection is the sign that it is not.
 */
final class Changes {

    private static final int MARKS = 1 << 16;

    private final AtomicLong count = new AtomicLong();
    private final AtomicLongArray marks = new AtomicLongArray(MARKS);
    private volatile long ofEverything;
    private volatile boolean settled;

    /** To be taken before a row is read. */
    long current() {
        return count.get();
    }

    /** Whether none of the rows has changed since the count was this. */
    boolean stand(long since, Collection<?> rows) {
        if (!settled || ofEverything > since) {
            return false;
        }
        for (Object row : rows) {
            if (marks.get(mark(row)) > since) {
                return false;
            }
        }
        return true;
    }

    /** These rows may have been changed. After a commit, and before anybody is told. */
    void raise(Collection<?> rows) {
        if (rows.isEmpty()) {
            return;
        }
        // Counted first: a reading with the new count began after the commit and needs no mark.
        long now = count.incrementAndGet();
        for (Object row : rows) {
            marks.set(mark(row), now);
        }
    }

    /** Any row may have been changed. */
    void raiseAll() {
        ofEverything = count.incrementAndGet();
    }

    /** The writing connection is gone, and nobody knows what became of its last commit. */
    void unsettle() {
        settled = false;
    }

    /** There is a new writing connection, so that the last commit of the one before is decided. */
    void settle() {
        raiseAll();
        settled = true;
    }

    private static int mark(Object row) {
        int hash = row.hashCode();
        return (hash ^ (hash >>> 16)) & (MARKS - 1);
    }
}
