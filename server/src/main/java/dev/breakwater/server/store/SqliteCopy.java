/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.StorageUnavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/**
 * Copies a SQLite file while a server writes to it: one long read transaction beside the writer,
 * which stops for nobody. The copy is the database at one moment, all of it, in one file.
 *
 * <p>It is written anew ({@code VACUUM INTO}) and not page by page: what was deleted does not come
 * along in free pages, and a page that no table can reach is noticed here and not at the
 * restoration.
 */
public final class SqliteCopy {

    private static final int BUSY_MILLIS = 5_000;

    private SqliteCopy() {}

    /**
     * Copies.
     *
     * @param database the file of a server that runs, was stopped or was killed
     * @param copy an empty file, which keeps its permissions; not yet synced when this returns
     * @throws StorageUnavailable if the database cannot be read, is not Breakwater's, or the copy
     *     cannot be written
     */
    public static void write(Path database, Path copy) {
        if (!Files.isRegularFile(database)) {
            throw new StorageUnavailable("there is no database " + database);
        }
        SQLiteConfig reading = new SQLiteConfig();
        reading.setReadOnly(true);
        reading.setBusyTimeout(BUSY_MILLIS);
        try (Connection connection =
                DriverManager.getConnection(
                        "jdbc:sqlite:" + database.toUri() + "?mode=ro", reading.toProperties())) {
            Statements statements = new Statements(connection);
            if (statements.count("PRAGMA application_id") != Database.APPLICATION_ID) {
                throw new StorageUnavailable(database + " is not a database of Breakwater");
            }
            statements.execute("VACUUM INTO ?", copy.toAbsolutePath().toString());
            statements.closeStatements();
        } catch (SQLException failed) {
            throw new StorageUnavailable(
                    "the database cannot be copied: " + failed.getMessage(), failed);
        }
    }
}
