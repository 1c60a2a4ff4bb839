/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterReadinessTest {

    private static final Limits HASTY = Limits.with(Map.of(Limit.STORE_WRITE_SECONDS, 1));

    @TempDir private Path directory;

    @Test
    void isNotReadyWhileSomebodyElseHoldsTheDatabase() throws Exception {
        Path file = directory.resolve("breakwater.db");
        try (Database database = Database.open(new DatabaseLocation.SqliteFile(file), HASTY);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement lock = other.createStatement()) {
            WriterReadiness writes = new WriterReadiness(database);
            DatabaseReadiness reads = new DatabaseReadiness(database);
            assertThat(writes.why()).isEmpty();

            lock.execute("BEGIN IMMEDIATE");
            assertThat(writes.why()).contains("the database takes none");
            assertThat(reads.why()).as("it still reads").isEmpty();

            lock.execute("COMMIT");
            assertThat(writes.why()).isEmpty();
        }
    }

    @Test
    void isNotReadyWhenTheStoreIsClosed() {
        Database database =
                Database.open(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")), HASTY);
        database.close();

        assertThat(new WriterReadiness(database).why()).isPresent();
        assertThat(new DatabaseReadiness(database).why()).isPresent();
    }
}
