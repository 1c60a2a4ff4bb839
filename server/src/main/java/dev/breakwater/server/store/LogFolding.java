/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds SQLite's log into the file (a checkpoint), beside the committing thread: that would stop
 * for a tenth of a second otherwise, and with it everybody who waits to be acknowledged.
 *
 * <p>SQLite begins its log anew only once all of it is folded, and while commits go on there is
 * always a little more. That little the committing thread folds itself, between two transactions,
 * when {@link #takeRest} says so.
 */
final class LogFolding implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogFolding.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    /** 64 MiB of log: what is written over and over is folded once. */
    private static final int PAGES_WORTH_FOLDING = 16_384;

    private final WriterConnection.Opener opener;
    private final AtomicBoolean restLeft = new AtomicBoolean();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("log-folding").factory());
    private @Nullable Connection connection;

    LogFolding(WriterConnection.Opener opener) {
        this.opener = opener;
    }

    /** Looks again and again until closed. */
    void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::lookOrLog, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the committing thread should fold what has come since; true once. */
    boolean takeRest() {
        return restLeft.get() && restLeft.getAndSet(false);
    }

    private void lookOrLog() {
        try {
            look();
        } catch (SQLException | RuntimeException later) {
            LOG.debug("the log cannot be folded into the file now", later);
            discard();
        }
    }

    private void look() throws SQLException {
        if (connection == null) {
            connection = opener.open();
        }
        Statements statements = new Statements(connection);
        try {
            int unfolded =
                    statements
                            .one(
                                    "PRAGMA wal_checkpoint(NOOP)",
                                    row -> row.integer("log") - row.integer("checkpointed"))
                            .orElse(0);
            if (unfolded >= PAGES_WORTH_FOLDING) {
                statements.count("PRAGMA wal_checkpoint(PASSIVE)");
                restLeft.set(true);
            }
        } finally {
            statements.closeStatements();
        }
    }

    private void discard() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException broken) {
                LOG.debug("closing a broken connection failed", broken);
            }
            connection = null;
        }
    }

    /** Ends after the step in work. */
    @Override
    public void close() {
        thread.close();
        discard();
    }
}
