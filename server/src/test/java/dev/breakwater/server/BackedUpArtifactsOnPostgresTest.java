/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.BackupArtifacts.InBackup;
import dev.breakwater.server.BackupArtifacts.LostArtifact;
import dev.breakwater.server.BackupVerification.Verified;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation.PostgresServer;
import dev.breakwater.server.store.EmbeddedPostgresServer;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is elsewhere, and dumped by its own program; the artifacts are here. */
@Tag("system")
class BackedUpArtifactsOnPostgresTest {

    @TempDir private Path place;

    @Test
    void areAllThatIsStoredAndAreComparedWithWhatTheDatabaseNames() throws Exception {
        Path data = place.resolve("data");
        DataDirectory.open(data).close();
        PostgresServer database = EmbeddedPostgresServer.freshSchema();
        Database.open(database, Limits.defaults()).close();
        StoredArtifacts artifacts =
                new StoredArtifacts(
                        data,
                        () ->
                                DriverManager.getConnection(
                                        database.url(), database.user(), database.password()));
        NamedArtifact vetted = artifacts.vetted("vetted");
        artifacts.arriving("on its way");
        Path backup = place.resolve("backup");
        BackupManifest manifest =
                new DataBackup(
                                data,
                                DatabaseKind.POSTGRESQL,
                                Optional.empty(),
                                TestClock.atPresent())
                        .write(backup);

        assertThat(manifest.artifacts()).isEqualTo(new InBackup(List.of()));
        assertThat(manifest.files())
                .extracting(BackupManifest.BackupFile::sha256)
                .containsExactly(vetted.hash().hex());
        assertThat(verify(backup, database).lost()).isEmpty();

        NamedArtifact later = artifacts.vetted("stored between backup and dump");
        assertThat(verify(backup, database).lost()).containsExactly(new LostArtifact(later, false));
    }

    private static Verified verify(Path backup, PostgresServer database) throws BackupRefused {
        return BackupVerification.verify(backup, Optional.of(database), (_, _) -> {});
    }
}
