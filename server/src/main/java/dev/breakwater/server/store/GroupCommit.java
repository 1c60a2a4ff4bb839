/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer. It takes all the work that is waiting, runs it in one transaction, commits with
 * one fsync, and then tells each submitter, in the order of submission.
 *
 * <p>A crash before the commit leaves nothing of the batch, and nobody was told; a crash after it
 * leaves all of the batch, and some were not told: they will try again, so whatever is submitted
 * must bear being repeated by its sender.
 *
 * <p>A database that is locked or gone is tried again for as long as it takes: nobody is refused
 * for it, the queue grows, and {@link Backlog} slows those who fill it. A full disk refuses what
 * does not fit, at a pace at which refused senders cannot keep the processor busy.
 */
final class GroupCommit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration PAUSE_AFTER_TROUBLE = Duration.ofMillis(100);

    /** How long a database in trouble may hold up a stop. */
    private static final Duration PATIENCE_WHEN_CLOSING = Duration.ofSeconds(5);

    private static final Duration LOGGED_AGAIN = Duration.ofMinutes(1);

    private final WriterConnection writer;
    private final BlockingQueue<Submitted<?>> queue = new LinkedBlockingQueue<>();
    private final int queueMax;
    private final int batchMax;
    private final Backlog backlog;
    private final long backlogBytesPerWrite;
    private final StoreMetrics metrics;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Stands behind all that was accepted, so that the thread does not wait for more. */
    private final Submitted<?> last = new Submitted<>(_ -> true, new Nobody(), () -> {});

    private volatile boolean closed;
    private volatile String trouble = "it is slow";
    private long fullLoggedNanos = System.nanoTime() - LOGGED_AGAIN.toNanos();

    /**
     * @param queueMax writes that may wait; half of them make the backlog high
     */
    GroupCommit(
            WriterConnection writer,
            int queueMax,
            int batchMax,
            Backlog backlog,
            StoreMetrics metrics) {
        this.writer = writer;
        this.queueMax = queueMax;
        this.batchMax = batchMax;
        this.backlog = backlog;
        this.backlogBytesPerWrite = backlog.highBytes() / Math.max(1, queueMax / 2);
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().name("committer").start(this::commitUntilClosed);
    }

    /** Never waits: a full queue refuses at once, on the caller's thread. */
    <T> Submitted<T> submit(Work<T> work, Completion<? super T> completion) {
        backlog.add(backlogBytesPerWrite);
        Submitted<T> submitted =
                new Submitted<>(work, completion, () -> backlog.done(backlogBytesPerWrite));
        if (queue.size() < queueMax) {
            enqueue(submitted);
        } else {
            refuse(submitted, "too many writes are waiting for the disk");
        }
        return submitted;
    }

    /** The same for work whose submitter sees to its bounds, and to there being only one. */
    <T> void submitBulk(Work<T> work, Completion<? super T> completion) {
        enqueue(new Submitted<>(work, completion, () -> {}));
    }

    private void enqueue(Submitted<?> submitted) {
        if (isClosing() && !Thread.currentThread().equals(thread)) {
            refuse(submitted, "the store is closing");
            return;
        }
        queue.add(submitted);
        if (closed) {
            // It slipped in after the last look of close(); nobody else would ever tell it.
            failWhatIsLeft();
        }
    }

    private static void refuse(Submitted<?> submitted, String why) {
        submitted.fail(new StorageUnavailable(why));
        submitted.tell();
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    int waiting() {
        return queue.size();
    }

    /** What last kept the database from taking writes. */
    String trouble() {
        return trouble;
    }

    private void commitUntilClosed() {
        List<Submitted<?>> batch = new ArrayList<>(batchMax);
        while (true) {
            try {
                Submitted<?> first = isClosing() ? queue.poll() : queue.take();
                if (first == null) {
                    return;
                }
                batch.add(first);
                queue.drainTo(batch, batchMax - 1);
                batch.remove(last);
                if (!batch.isEmpty()) {
                    commit(batch);
                }
                batch.clear();
            } catch (InterruptedException interrupted) {
                // Only close() may end this thread: work that was accepted is committed or told
                // that it failed.
                LOG.warn("the committing thread was interrupted and goes on");
            }
        }
    }

    private void commit(List<Submitted<?>> batch) {
        try {
            commitForAsLongAsItTakes(batch);
        } catch (SQLException | RuntimeException | Error failure) {
            // An error too: if this thread ended, every writer would wait for ever.
            writer.discard();
            switch (Trouble.of(failure)) {
                case FULL -> commitWhatFits(batch, failure);
                case PASSING, LASTING -> {
                    LOG.error("a batch of {} writes failed", batch.size(), failure);
                    batch.forEach(submitted -> submitted.fail(failure));
                }
            }
        }
        batch.forEach(Submitted::tell);
    }

    private void commitForAsLongAsItTakes(List<Submitted<?>> batch) throws SQLException {
        long begunNanos = System.nanoTime();
        long loggedNanos = begunNanos - LOGGED_AGAIN.toNanos();
        while (true) {
            try {
                if (!commitTogether(batch)) {
                    commitApart(batch);
                }
                return;
            } catch (SQLException failure) {
                long now = System.nanoTime();
                boolean givesUp = isClosing() && now - begunNanos > PATIENCE_WHEN_CLOSING.toNanos();
                if (givesUp || Trouble.of(failure) != Trouble.PASSING) {
                    throw failure;
                }
                writer.discard();
                batch.forEach(Submitted::rest);
                trouble = String.valueOf(failure.getMessage());
                metrics.triedAgain();
                if (now - loggedNanos >= LOGGED_AGAIN.toNanos()) {
                    loggedNanos = now;
                    LOG.warn(
                            "{} writes wait because the database takes none: {}",
                            batch.size() + queue.size(),
                            failure.getMessage());
                }
                pause();
            }
        }
    }

    /** Returns false, with nothing stored, when some work threw. */
    private boolean commitTogether(List<Submitted<?>> batch) throws SQLException {
        long begunNanos = System.nanoTime();
        Transaction transaction = writer.begin();
        batch.removeIf(submitted -> !submitted.start());
        for (Submitted<?> submitted : batch) {
            if (!submitted.run(transaction)) {
                transaction.execute("ROLLBACK");
                return false;
            }
        }
        writer.commit(transaction);
        metrics.committed(Duration.ofNanos(System.nanoTime() - begunNanos), batch.size());
        return true;
    }

    /**
     * Fences each piece of work with a savepoint, so that what throws takes nothing else down;
     * still one fsync.
     */
    private void commitApart(List<Submitted<?>> batch) throws SQLException {
        long begunNanos = System.nanoTime();
        Transaction transaction = writer.begin();
        for (Submitted<?> submitted : batch) {
            transaction.execute("SAVEPOINT one");
            if (!submitted.run(transaction)) {
                transaction.execute("ROLLBACK TO SAVEPOINT one");
            }
            transaction.execute("RELEASE SAVEPOINT one");
        }
        writer.commit(transaction);
        metrics.committed(Duration.ofNanos(System.nanoTime() - begunNanos), batch.size());
    }

    /**
     * The disk is full for all of it together. A revocation is small and a batch of readings is
     * not, so each has a transaction of its own now; when even the second does not fit, none will.
     */
    private void commitWhatFits(List<Submitted<?>> batch, Throwable full) {
        trouble = String.valueOf(full.getMessage());
        writer.makeRoom();
        int refused = 0;
        for (Submitted<?> submitted : batch) {
            if (refused >= 2) {
                submitted.fail(full);
                refused++;
            } else if (!commitAlone(submitted)) {
                refused++;
            }
        }
        metrics.refusedFull(refused);
        if (refused > 0) {
            if (System.nanoTime() - fullLoggedNanos >= LOGGED_AGAIN.toNanos()) {
                fullLoggedNanos = System.nanoTime();
                LOG.error("the disk is full and writes are refused: {}", full.getMessage());
            }
            pause();
        }
    }

    /** Returns false if the database could not. */
    private boolean commitAlone(Submitted<?> submitted) {
        try {
            Transaction transaction = writer.begin();
            if (submitted.start() && submitted.run(transaction)) {
                writer.commit(transaction);
            } else {
                transaction.execute("ROLLBACK");
            }
            return true;
        } catch (SQLException | RuntimeException | Error failure) {
            writer.discard();
            submitted.fail(failure);
            return false;
        }
    }

    private void pause() {
        try {
            boolean _ = closing.await(PAUSE_AFTER_TROUBLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            LOG.warn("the committing thread was interrupted and goes on");
        }
    }

    /** Commits what was accepted, then ends. */
    @Override
    public void close() {
        closing.countDown();
        queue.add(last);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        closed = true;
        failWhatIsLeft();
        writer.discard();
    }

    private void failWhatIsLeft() {
        List<Submitted<?>> late = new ArrayList<>();
        queue.drainTo(late);
        late.forEach(submitted -> refuse(submitted, "the store is closed"));
    }

    /** Told what became of the work behind all work. */
    private static final class Nobody implements Completion<Object> {

        @Override
        public void durable(Object done) {}

        @Override
        public void failed(RuntimeException closed) {}
    }
}
