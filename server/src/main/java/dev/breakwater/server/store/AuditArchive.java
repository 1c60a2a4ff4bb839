/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.durability.StorageUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The audit log of a database as evidence: opened so that nothing in it can be changed, whether a
 * server is running on it, was killed, or is long gone. No migration runs and no file is claimed.
 */
public final class AuditArchive implements AutoCloseable {

    private final Connection connection;

    private AuditArchive(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens the log.
     *
     * @throws StorageUnavailable if it cannot be read or is not Breakwater's
     */
    public static AuditArchive open(DatabaseLocation location) {
        try {
            return new AuditArchive(ReadOnlyConnection.open(location));
        } catch (SQLException unreadable) {
            throw new StorageUnavailable(
                    "the database cannot be opened for reading: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /**
     * Checks the whole chain as it lies on disk, all of it at one moment.
     *
     * @param keptHeadHash a head hash that was kept elsewhere and must be in the chain
     * @throws StorageUnavailable if reading fails
     */
    public AuditChain.Verdict verify(Optional<String> keptHeadHash) {
        Statements statements = new Statements(connection);
        try {
            try {
                Iterator<AuditEntry> entries = SqlAuditLog.chain(after -> page(statements, after));
                return keptHeadHash.isPresent()
                        ? AuditChain.verify(entries, keptHeadHash.get())
                        : AuditChain.verify(entries);
            } finally {
                statements.closeStatements();
                connection.rollback();
            }
        } catch (SQLException unreadable) {
            throw unavailable(unreadable);
        }
    }

    private static List<AuditEntry> page(Statements statements, long afterSequence) {
        try {
            return SqlAuditLog.page(statements, afterSequence);
        } catch (SQLException unreadable) {
            throw unavailable(unreadable);
        }
    }

    private static StorageUnavailable unavailable(SQLException cause) {
        return new StorageUnavailable("the audit log cannot be read: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException unreadable) {
            throw unavailable(unreadable);
        }
    }
}
