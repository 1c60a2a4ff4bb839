/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens, keeps and, after a failure, replaces the one connection that writes. */
final class WriterConnection {

    private static final Logger LOG = LoggerFactory.getLogger(WriterConnection.class);

    private static final String FOLD = "PRAGMA wal_checkpoint(PASSIVE)";

    private final Opener opener;
    private final Dialect dialect;
    private final BooleanSupplier restToFold;
    private final Changes changes;
    private @Nullable Connection connection;
    private @Nullable Transaction transaction;

    /**
     * @param restToFold whether a little of SQLite's log is to be folded before the next
     *     transaction; asked before each
     * @param changes told of what is committed
     */
    WriterConnection(Opener opener, Dialect dialect, BooleanSupplier restToFold, Changes changes) {
        this.opener = opener;
        this.dialect = dialect;
        this.restToFold = restToFold;
        this.changes = changes;
    }

    /** Opens a connection that may write. */
    interface Opener {
        Connection open() throws SQLException;
    }

    Transaction begin() throws SQLException {
        Transaction ready = open();
        if (restToFold.getAsBoolean()) {
            ready.count(FOLD);
        }
        ready.changed().clear();
        ready.execute(dialect.begin());
        return ready;
    }

    private Transaction open() throws SQLException {
        if (transaction == null) {
            connection = opener.open();
            transaction = new Transaction(connection);
            changes.settle();
        }
        return transaction;
    }

    /**
     * Makes what was run durable, and sees to it that nothing is remembered of what it changed.
     *
     * @throws SQLException if it is not, or if nobody can know: a server that is lost while it
     *     commits may have done so. That is no trouble that passes, for a second try could store
     *     everything twice
     */
    void commit(Transaction open) throws SQLException {
        try {
            open.execute("COMMIT");
        } catch (SQLException failed) {
            if (dialect == Dialect.POSTGRESQL && Trouble.of(failed) == Trouble.PASSING) {
                throw new SQLException(
                        "the connection was lost while committing; it is not known whether it is"
                                + " stored",
                        failed);
            }
            throw failed;
        } finally {
            open.changed().tell(changes);
        }
    }

    /**
     * The disk is full: what can be folded from the log into the file makes room in the log for
     * smaller writes.
     */
    void makeRoom() {
        if (dialect == Dialect.SQLITE) {
            try {
                open().count(FOLD);
            } catch (SQLException full) {
                LOG.debug("the log cannot be folded into the file", full);
                discard();
            }
        }
    }

    /**
     * After a failed commit nobody knows the connection's state: the next write opens a new one.
     */
    void discard() {
        changes.unsettle();
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
