/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

/** The log does not grow for as long as there are commits, one behind the other. */
final class LogFoldingTest {

    private static final int MEBIBYTE = 1_048_576;
    private static final int WRITTEN_MEBIBYTES = 768;

    @TempDir Path directory;

    /** SQLite itself is told never to fold, so the log holds everything unless we do. */
    @Test
    @Tag("system")
    void foldsTheLogWhileCommitsGoOn() throws Exception {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
        WriterConnection.Opener opener =
                () ->
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + directory.resolve("test.db"),
                                config.toProperties());
        try (LogFolding folding = new LogFolding(opener)) {
            WriterConnection writer =
                    new WriterConnection(opener, Dialect.SQLITE, folding::takeRest, new Changes());
            Transaction created = writer.begin();
            created.execute("CREATE TABLE ballast (content BLOB NOT NULL)");
            writer.commit(created);
            folding.start();
            byte[] content = new byte[MEBIBYTE];
            for (int i = 0; i < WRITTEN_MEBIBYTES; i++) {
                Transaction transaction = writer.begin();
                transaction.update("INSERT INTO ballast (content) VALUES (?)", content);
                writer.commit(transaction);
            }
            assertThat(Files.size(directory.resolve("test.db-wal")) / MEBIBYTE)
                    .isLessThan(WRITTEN_MEBIBYTES * 3 / 4);
            writer.discard();
        }
    }
}
