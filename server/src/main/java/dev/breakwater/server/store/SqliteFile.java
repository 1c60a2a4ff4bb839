/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.StorageUnavailable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;

/** A SQLite database as a file: for its owner's eyes alone, and ours or nobody's. */
final class SqliteFile {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private SqliteFile() {}

    /**
     * Makes it if there is none, and marks it as ours.
     *
     * @param url of the same file
     * @throws StorageUnavailable if it is another application's, or none that SQLite can read
     */
    static void claim(Path file, String url) {
        boolean existed = !madeForOwnerAlone(file);
        try (Connection first = DriverManager.getConnection(url, new Properties())) {
            claim(first, existed);
        } catch (SQLException unreadable) {
            throw new StorageUnavailable(
                    file + " cannot be opened as a SQLite database: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /**
     * SQLite makes its files readable for all whom the umask lets, and gives the log beside the
     * file the permissions of the file. The directory keeps others out, but a volume may not.
     */
    private static boolean madeForOwnerAlone(Path file) {
        try {
            Path _ = Files.createFile(file, OWNER_ONLY);
            return true;
        } catch (FileAlreadyExistsException existed) {
            return false;
        } catch (IOException metAgain) {
            // SQLite fails for the same reason at its own attempt, and says so.
            return true;
        }
    }

    private static void claim(Connection connection, boolean existed) throws SQLException {
        Statements statements = new Statements(connection);
        long owner = statements.count("PRAGMA application_id");
        if (existed
                && owner != Database.APPLICATION_ID
                && statements.count("SELECT count(*) FROM sqlite_master") > 0) {
            throw new StorageUnavailable(
                    "the database file belongs to another application; name another data directory");
        }
        if (owner != Database.APPLICATION_ID) {
            statements.execute("PRAGMA application_id = " + Database.APPLICATION_ID);
        }
        statements.closeStatements();
    }
}
