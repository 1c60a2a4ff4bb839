/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageFull;
import dev.breakwater.server.durability.StorageUnavailable;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work, its submitter, and what has become of it so far. Touched by the committing thread only, but
 * for {@link #withdraw}.
 *
 * @param <T> what the work produces
 */
final class Submitted<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Submitted.class);

    private final Work<T> work;
    private final Completion<? super T> completion;
    private final Runnable ended;
    private State state = State.WAITING;
    private @Nullable T value;
    private @Nullable RuntimeException failure;

    private enum State {
        WAITING,
        RUNNING,
        WITHDRAWN
    }

    /**
     * @param ended runs when the submitter has been told, or has withdrawn
     */
    Submitted(Work<T> work, Completion<? super T> completion, Runnable ended) {
        this.work = work;
        this.completion = completion;
        this.ended = ended;
    }

    /**
     * Any thread: gives up, unless it is running and may become durable any moment.
     *
     * @return whether it will never be stored, and nobody told
     */
    synchronized boolean withdraw() {
        if (state == State.WAITING) {
            state = State.WITHDRAWN;
            ended.run();
        }
        return state == State.WITHDRAWN;
    }

    private synchronized boolean isWithdrawn() {
        return state == State.WITHDRAWN;
    }

    /** The transaction is open: from here on it cannot be withdrawn. False if it has been. */
    synchronized boolean start() {
        if (state == State.WAITING) {
            state = State.RUNNING;
        }
        return state == State.RUNNING;
    }

    /** The transaction has failed as a whole and will be tried again. */
    synchronized void rest() {
        if (state == State.RUNNING) {
            state = State.WAITING;
        }
    }

    /**
     * Runs it.
     *
     * @return false if it failed in a way of its own
     * @throws SQLException if the database is in trouble, whatever work it is given
     */
    boolean run(Transaction transaction) throws SQLException {
        try {
            failure = null;
            value = work.run(transaction);
            return true;
        } catch (SQLException refused) {
            if (Trouble.of(refused) != Trouble.LASTING) {
                throw refused;
            }
            failure = unavailable(refused);
        } catch (RuntimeException thrown) {
            failure = thrown;
        } catch (Error defect) {
            // Nothing that one piece of work does may end the thread all others wait for.
            failure = new StorageUnavailable("the write failed by a defect", defect);
        }
        return false;
    }

    void fail(Throwable cause) {
        failure = unavailable(cause);
    }

    @SuppressWarnings("NullAway") // a value that run() left null is the null that T allows
    void tell() {
        if (isWithdrawn()) {
            return;
        }
        try {
            if (failure != null) {
                completion.failed(failure);
            } else {
                completion.durable(value);
            }
        } catch (RuntimeException | Error defect) {
            LOG.error("a completion threw; it must hand over and return", defect);
        }
        ended.run();
    }

    static StorageUnavailable unavailable(Throwable failure) {
        return switch (failure) {
            case StorageUnavailable already -> already;
            case SQLException full when Trouble.of(full) == Trouble.FULL -> new StorageFull(full);
            default ->
                    new StorageUnavailable(
                            "the database refused: " + failure.getMessage(), failure);
        };
    }
}
