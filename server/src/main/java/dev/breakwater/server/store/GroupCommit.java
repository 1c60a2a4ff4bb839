/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer. It takes all the work that is waiting, runs it in one transaction, commits with
 * one fsync, and then tells each submitter, in the order of submission.
 *
 * <p>A crash before the commit leaves nothing of the batch, and nobody was told; a crash after it
 * leaves all of the batch, and some were not told: they will try again, so whatever is submitted
 * must bear being repeated by its sender.
 */
final class GroupCommit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration IDLE_LOOK = Duration.ofMillis(250);

    private final WriterConnection writer;
    private final BlockingQueue<Submitted<?>> queue;
    private final int batchMax;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean closed;

    GroupCommit(WriterConnection writer, int queueMax, int batchMax) {
        this.writer = writer;
        this.queue = new ArrayBlockingQueue<>(queueMax);
        this.batchMax = batchMax;
        this.thread = Thread.ofPlatform().name("committer").start(this::commitUntilClosed);
    }

    /** Never waits: a full queue refuses at once, on the caller's thread. */
    <T> void submit(Work<T> work, Completion<? super T> completion) {
        if (closing || !queue.offer(new Submitted<>(work, completion))) {
            String why =
                    closing ? "the store is closing" : "too many writes are waiting for the disk";
            completion.failed(new StorageUnavailable(why));
        } else if (closed) {
            // It slipped in after the last look of close(); nobody else would ever tell it.
            failWhatIsLeft();
        }
    }

    int waiting() {
        return queue.size();
    }

    private void commitUntilClosed() {
        List<Submitted<?>> batch = new ArrayList<>(batchMax);
        while (true) {
            try {
                Submitted<?> first = queue.poll(IDLE_LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (closing) {
                        return;
                    }
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch, batchMax - 1);
                commit(batch);
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
            if (!commitTogether(batch)) {
                commitApart(batch);
            }
        } catch (SQLException | RuntimeException | Error failure) {
            // An error too: if this thread ended, every writer would wait for ever.
            writer.discard();
            LOG.error("a batch of {} writes failed", batch.size(), failure);
            batch.forEach(submitted -> submitted.fail(unavailable(failure)));
        }
        batch.forEach(Submitted::tell);
    }

    /** Returns false, with nothing stored, when some work threw. */
    private boolean commitTogether(List<Submitted<?>> batch) throws SQLException {
        Transaction transaction = writer.begin();
        for (Submitted<?> submitted : batch) {
            if (!submitted.run(transaction)) {
                transaction.execute("ROLLBACK");
                return false;
            }
        }
        transaction.execute("COMMIT");
        return true;
    }

    /**
     * Fences each piece of work with a savepoint, so that what throws takes nothing else down;
     * still one fsync.
     */
    private void commitApart(List<Submitted<?>> batch) throws SQLException {
        Transaction transaction = writer.begin();
        for (Submitted<?> submitted : batch) {
            transaction.execute("SAVEPOINT one");
            if (!submitted.run(transaction)) {
                transaction.execute("ROLLBACK TO SAVEPOINT one");
            }
            transaction.execute("RELEASE SAVEPOINT one");
        }
        transaction.execute("COMMIT");
    }

    static StorageUnavailable unavailable(Throwable failure) {
        return failure instanceof StorageUnavailable already
                ? already
                : new StorageUnavailable("the database refused: " + failure.getMessage(), failure);
    }

    /** Commits what was accepted, then ends. */
    @Override
    public void close() {
        closing = true;
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
        for (Submitted<?> submitted : late) {
            submitted.fail(new StorageUnavailable("the store is closed"));
            submitted.tell();
        }
    }

    /** Opens, keeps and, after a failure, replaces the one connection that writes. */
    static final class WriterConnection {

        private final Opener opener;
        private final Dialect dialect;
        private @Nullable Connection connection;
        private @Nullable Transaction transaction;

        WriterConnection(Opener opener, Dialect dialect) {
            this.opener = opener;
            this.dialect = dialect;
        }

        interface Opener {
            Connection open() throws SQLException;
        }

        Transaction begin() throws SQLException {
            if (transaction == null) {
                connection = opener.open();
                transaction = new Transaction(connection);
            }
            transaction.execute(dialect.begin());
            return transaction;
        }

        /**
         * After a failed commit nobody knows the connection's state: the next write opens a new
         * one.
         */
        void discard() {
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException ignoredBecauseItIsBroken) {
                    LOG.debug("closing a broken connection failed", ignoredBecauseItIsBroken);
                }
            }
            connection = null;
            transaction = null;
        }
    }

    /**
     * Work, its submitter, and what has become of it so far. Touched by the committing thread only.
     */
    private static final class Submitted<T> {

        private final Work<T> work;
        private final Completion<? super T> completion;
        private @Nullable T value;
        private @Nullable RuntimeException failure;

        Submitted(Work<T> work, Completion<? super T> completion) {
            this.work = work;
            this.completion = completion;
        }

        boolean run(Transaction transaction) {
            try {
                failure = null;
                value = work.run(transaction);
                return true;
            } catch (SQLException refused) {
                failure = unavailable(refused);
            } catch (RuntimeException thrown) {
                failure = thrown;
            } catch (Error defect) {
                // Nothing that one piece of work does may end the thread all others wait for.
                failure = new StorageUnavailable("the write failed by a defect", defect);
            }
            return false;
        }

        void fail(RuntimeException cause) {
            failure = cause;
        }

        @SuppressWarnings("NullAway") // a value that run() left null is the null that T allows
        void tell() {
            try {
                if (failure != null) {
                    completion.failed(failure);
                } else {
                    completion.durable(value);
                }
            } catch (RuntimeException | Error defect) {
                LOG.error("a completion threw; it must hand over and return", defect);
            }
        }
    }
}
