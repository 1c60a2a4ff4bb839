/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.testkit.TestClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataBackupTest {

    @TempDir private Path place;
    private Path data;
    private Path backup;

    @BeforeEach
    void makeData() throws Exception {
        data = place.resolve("original");
        backup = place.resolve("backup");
        DataDirectory.open(data).close();
        Files.createDirectory(data.resolve("tls"));
        Files.writeString(data.resolve("tls/listener.key.sealed"), "sealed");
        Database.open(new DatabaseLocation.SqliteFile(database(data)), Limits.defaults()).close();
    }

    @Test
    void leavesOutWhatIsBeingWrittenAndTheMarker() throws Exception {
        Files.writeString(data.resolve("tls/listener.crt.tmp"), "half");

        assertThat(backUp(DatabaseKind.SQLITE).files())
                .extracting(BackupManifest.BackupFile::name)
                .containsExactlyInAnyOrder("tls/listener.key.sealed", "breakwater.db");
        assertThat(place.resolve("backup.partial")).doesNotExist();
    }

    /** What was deleted may have been deleted for a reason. */
    @Test
    void leavesOutWhatWasDeleted() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database(data));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE note (text TEXT)");
            statement.execute("INSERT INTO note VALUES ('deleted-canary')");
            statement.execute("DROP TABLE note");
        }
        backUp(DatabaseKind.SQLITE);

        assertThat(Files.readString(database(backup.resolve("data")), StandardCharsets.ISO_8859_1))
                .doesNotContain("deleted-canary");
    }

    @Test
    void leavesADatabaseThatLiesElsewhereOut() throws Exception {
        BackupManifest manifest = backUp(DatabaseKind.POSTGRESQL);

        assertThat(manifest.files())
                .extracting(BackupManifest.BackupFile::name)
                .containsExactly("tls/listener.key.sealed");
        assertThat(manifest.database()).isEqualTo(DatabaseKind.POSTGRESQL);
    }

    @Test
    void replacesNothing() throws Exception {
        Files.writeString(backup, "yesterday's");

        assertRefused("exists and is not replaced");
        assertThat(backup).hasContent("yesterday's");
    }

    @Test
    void refusesAPlaceInsideTheDataDirectory() {
        backup = data.resolve("backup");

        assertRefused("lies in the data directory");
        assertThat(backup).doesNotExist();
    }

    @Test
    void refusesAPlaceWithoutAFolder() {
        backup = place.resolve("nowhere/backup");

        assertRefused("there is no folder");
    }

    @Test
    void refusesADirectoryThatIsNotBreakwaters() throws Exception {
        Files.delete(data.resolve("BREAKWATER"));

        assertRefused("no data directory", "--config");
    }

    @Test
    void refusesWhatAnotherBackupIsWriting() throws Exception {
        Path partial = Files.createDirectory(place.resolve("backup.partial"));

        assertRefused("backup.partial", "delete it");
        assertThat(partial).exists();
    }

    @Test
    void refusesDataWithoutTheirDatabaseAndLeavesNothing() throws Exception {
        Files.delete(database(data));

        assertRefused("there is no database");
        assertThat(place.resolve("backup.partial")).doesNotExist();
    }

    @Test
    void refusesADatabaseThatIsDamagedAndLeavesNothing() throws Exception {
        Files.writeString(database(data), "not SQLite".repeat(99));

        assertRefused("cannot be copied");
        assertThat(place.resolve("backup.partial")).doesNotExist();
        assertThat(backup).doesNotExist();
    }

    /** A link may lead to the sealing key, or to all of a disk. */
    @Test
    void refusesToFollowALink() throws Exception {
        Files.createSymbolicLink(data.resolve("ca"), place);

        assertRefused("is neither a file nor a folder");
    }

    private BackupManifest backUp(DatabaseKind database) throws BackupRefused {
        return new DataBackup(data, database, Optional.empty(), TestClock.atPresent())
                .write(backup);
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> backUp(DatabaseKind.SQLITE))
                .isExactlyInstanceOf(BackupRefused.class)
                .satisfies(refused -> assertThat(refused.getMessage()).contains(words));
    }

    private static Path database(Path directory) {
        return directory.resolve(ServerConfiguration.SQLITE_FILE);
    }
}
