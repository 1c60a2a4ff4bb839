/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.durability.ReadingLane;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.QueueDelay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseTest {

    @TempDir Path directory;

    @Test
    void opensAFileAgain() {
        DatabaseLocation file = new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
        try (Database first = Database.open(file, Limits.defaults())) {
            first.write(
                    t ->
                            t.update(
                                    "INSERT INTO organization (organization_id, name, enabled, created_us)"
                                            + " VALUES ('o', 'x', 1, 1)"));
        }

        try (Database second = Database.open(file, Limits.defaults())) {
            long rows = second.read(s -> s.count("SELECT count(*) FROM organization"));
            assertThat(rows).isOne();
        }
    }

    /** People who read all they can must not keep a device from being admitted (I13). */
    @Test
    void leavesAReaderToDevicesHoweverManyPeopleRead() throws Exception {
        Limits four = Limits.with(Map.of(Limit.STORE_READERS, 4));
        QueueDelay delay =
                new QueueDelay(Duration.ofMillis(50), Duration.ofMillis(200), 6, System::nanoTime);
        ReadingLane people = new ReadingLane(3, delay);
        DatabaseLocation file = new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
        try (Database database = Database.open(file, four)) {
            CountDownLatch reading = new CountDownLatch(3);
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<?>[] asking = new CompletableFuture<?>[20];
            for (int i = 0; i < asking.length; i++) {
                asking[i] =
                        CompletableFuture.runAsync(
                                () ->
                                        people.within(
                                                0,
                                                () ->
                                                        database.read(
                                                                statements -> {
                                                                    reading.countDown();
                                                                    awaitQuietly(go);
                                                                    return statements.count(
                                                                            "SELECT 1");
                                                                })),
                                Thread::startVirtualThread);
            }
            assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Long> device =
                    CompletableFuture.supplyAsync(
                            () -> database.read(statements -> statements.count("SELECT 1")),
                            Thread::startVirtualThread);

            assertThat(device.get(10, TimeUnit.SECONDS)).isOne();
            assertThat(new DatabaseReadiness(database).why()).isEmpty();
            go.countDown();
            CompletableFuture.allOf(asking).get(10, TimeUnit.SECONDS);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** SQLite is native code, which keeps a virtual thread's carrier for as long as it runs. */
    @Test
    void stopsNoVirtualThreadByAsManySlowReadsAsThereAreProcessors() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        Limits enoughReaders =
                Limits.with(
                        Map.of(
                                Limit.STORE_READERS,
                                Math.min(processors, Limit.STORE_READERS.highest())));
        DatabaseLocation file = new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
        try (Database database = Database.open(file, enoughReaders)) {
            CountDownLatch reading = new CountDownLatch(processors);
            CountDownLatch read = new CountDownLatch(processors);
            for (int i = 0; i < processors; i++) {
                Thread.startVirtualThread(
                        () -> {
                            database.read(
                                    statements -> {
                                        reading.countDown();
                                        return statements.count(
                                                "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL"
                                                        + " SELECT x + 1 FROM n WHERE x < 4000000)"
                                                        + " SELECT count(*) FROM n");
                                    });
                            read.countDown();
                        });
            }
            assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Long> readsInWork = new CompletableFuture<>();
            Thread.startVirtualThread(() -> readsInWork.complete(read.getCount()));

            assertThat(readsInWork)
                    .succeedsWithin(Duration.ofSeconds(60))
                    .isEqualTo((long) processors);
            assertThat(read.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Whatever the umask is, and wherever the data directory lies. */
    @Test
    void isReadableByItsOwnerAlone() throws Exception {
        Path file = directory.resolve("breakwater.db");
        try (Database _ = Database.open(new DatabaseLocation.SqliteFile(file), Limits.defaults());
                Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .contains(file, directory.resolve("breakwater.db-wal"))
                    .allSatisfy(
                            one ->
                                    assertThat(Files.getPosixFilePermissions(one))
                                            .isEqualTo(
                                                    PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    void refusesAFileOfAnotherApplicationAndChangesNothing() throws Exception {
        Path file = directory.resolve("other.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE theirs (x TEXT)");
        }
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(
                        () ->
                                Database.open(
                                        new DatabaseLocation.SqliteFile(file), Limits.defaults()))
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("another application");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    /** What a newer version has stored, an older one would understand in its own way. */
    @Test
    void refusesTheTablesOfANewerVersionAndChangesNothing() throws Exception {
        Path file = directory.resolve("newer.db");
        Database.open(new DatabaseLocation.SqliteFile(file), Limits.defaults()).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO flyway_schema_history SELECT 999, '999', 'from the future', type,"
                            + " 'V999__future.sql', 1, installed_by, installed_on, 1, 1"
                            + " FROM flyway_schema_history WHERE version = '1'");
        }
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(
                        () ->
                                Database.open(
                                        new DatabaseLocation.SqliteFile(file), Limits.defaults()))
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("written by a newer version of Breakwater; use that version");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws Exception {
        Path file = Files.writeString(directory.resolve("x.db"), "not a database ".repeat(100));

        assertThatThrownBy(
                        () ->
                                Database.open(
                                        new DatabaseLocation.SqliteFile(file), Limits.defaults()))
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContaining("x.db");
    }

    @Test
    void cannotWriteThroughAReader() {
        DatabaseLocation file = new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
        try (Database database = Database.open(file, Limits.defaults())) {
            assertThatThrownBy(() -> database.read(s -> s.execute("DELETE FROM organization")))
                    .isInstanceOf(StorageUnavailable.class);
        }
    }

    @Test
    @Tag("system")
    void refusesASecondWriterOnPostgres() {
        DatabaseLocation location = EmbeddedPostgresServer.freshSchema();
        try (Database only = Database.open(location, Limits.defaults())) {
            assertThat(only.writesWaiting()).isZero();
            assertThatThrownBy(() -> Database.open(location, Limits.defaults()))
                    .isInstanceOf(StorageUnavailable.class)
                    .hasMessageContaining("another Breakwater process");
        }
    }
}
