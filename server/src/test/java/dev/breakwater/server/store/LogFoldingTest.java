/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log does not grow for as long as there are commits, one behind the other. */
final class LogFoldingTest {

    private static final int MEBIBYTE = 1_048_576;
    private static final int WRITTEN_MEBIBYTES = 512;

    /** SQLite itself would fold at 256, and stop the committing thread for all of it. */
    private static final long LOG_MEBIBYTES_MAX = 240;

    @TempDir Path directory;

    @Test
    @Tag("system")
    void foldsTheLogWhileCommitsGoOn() throws Exception {
        Path file = directory.resolve("breakwater.db");
        try (Database database =
                Database.open(new DatabaseLocation.SqliteFile(file), Limits.defaults())) {
            database.write(
                    transaction -> {
                        transaction.execute("CREATE TABLE ballast (content BLOB NOT NULL)");
                        return 0;
                    });
            byte[] content = new byte[MEBIBYTE];
            for (int i = 0; i < WRITTEN_MEBIBYTES; i++) {
                int rows =
                        database.write(
                                transaction ->
                                        transaction.update(
                                                "INSERT INTO ballast (content) VALUES (?)",
                                                content));
                assertThat(rows).isOne();
            }
            Path log = directory.resolve("breakwater.db-wal");
            assertThat(Files.size(log) / MEBIBYTE).isLessThan(LOG_MEBIBYTES_MAX);
        }
    }
}
