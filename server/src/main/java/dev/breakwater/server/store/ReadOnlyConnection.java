/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.StorageUnavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/**
 * A database opened so that nothing in it can be changed, at one moment, whether a server is
 * running on it, was killed, or is long gone. No migration runs and no file is claimed.
 */
final class ReadOnlyConnection {

    private ReadOnlyConnection() {}

    static Connection open(DatabaseLocation location) throws SQLException {
        return switch (location) {
            case DatabaseLocation.SqliteFile sqlite -> openSqlite(sqlite.file());
            case DatabaseLocation.PostgresServer postgres -> openPostgres(postgres);
        };
    }

    private static Connection openSqlite(Path file) throws SQLException {
        if (!Files.isRegularFile(file)) {
            throw new StorageUnavailable("there is no database " + file);
        }
        SQLiteConfig reading = new SQLiteConfig();
        reading.setReadOnly(true);
        reading.setBusyTimeout(5_000);
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:sqlite:" + file.toUri() + "?" + openingOf(file),
                        reading.toProperties());
        long owner = new Statements(connection).count("PRAGMA application_id");
        if (owner != Database.APPLICATION_ID) {
            connection.close();
            throw new StorageUnavailable(file + " is not a database of Breakwater");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    /**
     * A write-ahead log beside the file holds the newest entries, and perhaps a running server that
     * adds to it: SQLite must take part in its locking. Without one nobody has the file open, and
     * "immutable" keeps SQLite from making one, so that a copy on read-only media can be read too.
     */
    private static String openingOf(Path file) {
        boolean hasWriteAheadLog = Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
        return hasWriteAheadLog ? "mode=ro" : "mode=ro&immutable=1";
    }

    private static Connection openPostgres(DatabaseLocation.PostgresServer location)
            throws SQLException {
        Properties credentials = new Properties();
        credentials.setProperty("user", location.user());
        credentials.setProperty("password", location.password());
        Connection connection = DriverManager.getConnection(location.url(), credentials);
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        return connection;
    }
}
