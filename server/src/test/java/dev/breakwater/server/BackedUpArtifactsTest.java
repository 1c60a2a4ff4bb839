/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.server.BackupArtifacts.InBackup;
import dev.breakwater.server.BackupArtifacts.InBucket;
import dev.breakwater.server.BackupArtifacts.LostArtifact;
import dev.breakwater.server.BackupVerification.Verified;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackedUpArtifactsTest {

    private static final TestClock CLOCK = TestClock.atPresent();

    @TempDir private Path place;
    private Path data;
    private StoredArtifacts artifacts;

    @BeforeEach
    void makeData() throws Exception {
        data = place.resolve("data");
        DataDirectory.open(data).close();
        Path database = data.resolve(ServerConfiguration.SQLITE_FILE);
        Database.open(new DatabaseLocation.SqliteFile(database), Limits.defaults()).close();
        artifacts =
                new StoredArtifacts(
                        data, () -> DriverManager.getConnection("jdbc:sqlite:" + database));
    }

    @Test
    void haveWhatTheDatabaseNamesAndNothingThatIsOnItsWay() throws Exception {
        NamedArtifact vetted = artifacts.vetted("vetted");
        NamedArtifact unnamed = artifacts.unnamed("uploaded, and being scanned");
        artifacts.arriving("on its way");
        BackupManifest manifest = backUp("backup");

        assertThat(manifest.artifacts()).isEqualTo(new InBackup(List.of()));
        assertThat(manifest.artifactCount()).isEqualTo(1);
        assertThat(inBackup("backup", vetted)).hasContent("vetted");
        assertThat(inBackup("backup", unnamed)).doesNotExist();
        assertThat(names(place.resolve("backup"))).noneMatch(name -> name.contains("incoming"));
        assertThat(verify("backup").lost()).isEmpty();
    }

    @Test
    void areRestoredToTheByte() throws Exception {
        NamedArtifact vetted = artifacts.vetted("vetted");
        backUp("backup");
        restore("backup", false);

        assertThat(StoredArtifacts.file(place.resolve("restored"), vetted)).hasContent("vetted");
    }

    /** The same file under a further name: as good as a copy of what never changes. */
    @Test
    void costOnlyWhatIsNew() throws Exception {
        NamedArtifact first = artifacts.vetted("first");
        backUp("monday");
        NamedArtifact second = artifacts.vetted("second");
        backUp("tuesday");

        assertThat(inode(inBackup("tuesday", first))).isEqualTo(inode(inBackup("monday", first)));
        assertThat(inode(inBackup("monday", first)))
                .as("what befalls the server's file befalls no backup")
                .isNotEqualTo(inode(StoredArtifacts.file(data, first)));
        assertThat(inBackup("tuesday", second)).hasContent("second");
        deleteBackup("monday");
        assertThat(verify("tuesday").lost()).isEmpty();
    }

    @Test
    void areCopiedAnewWhenAskedTo() throws Exception {
        NamedArtifact artifact = artifacts.vetted("vetted");
        backUp("monday");
        Files.writeString(inBackup("monday", artifact), "VETTED");
        BackupManifest linked = backUp("tuesday");
        new DataBackup(data, DatabaseKind.SQLITE, Optional.empty(), CLOCK)
                .write(place.resolve("wednesday"), true, (_, _) -> {});

        assertThat(linked.artifactCount()).isEqualTo(1);
        assertThat(verify("tuesday").lost()).containsExactly(new LostArtifact(artifact, true));
        assertThat(verify("wednesday").lost()).isEmpty();
    }

    /** What a shortened file was is not what is linked to. */
    @Test
    void areNotTakenFromABackupThatHasOtherLengths() throws Exception {
        NamedArtifact artifact = artifacts.vetted("vetted");
        backUp("monday");
        Files.writeString(inBackup("monday", artifact), "short");
        backUp("tuesday");

        assertThat(inBackup("tuesday", artifact)).hasContent("vetted");
    }

    @Test
    void areNamedWhenTheServerHasLostOrAlteredThem() throws Exception {
        NamedArtifact gone = artifacts.vetted("gone");
        NamedArtifact altered = artifacts.vetted("altered");
        NamedArtifact whole = artifacts.vetted("whole");
        Files.delete(StoredArtifacts.file(data, gone));
        Files.writeString(StoredArtifacts.file(data, altered), "ALTERED");
        BackupManifest manifest = backUp("backup");

        assertThat(manifest.artifacts()).isInstanceOf(InBackup.class);
        assertThat(((InBackup) manifest.artifacts()).lost())
                .containsExactlyInAnyOrder(
                        new LostArtifact(gone, false), new LostArtifact(altered, true));
        assertThat(inBackup("backup", altered)).doesNotExist();
        assertThat(inBackup("backup", whole)).exists();
        assertThat(verify("backup").lost()).hasSize(2);
    }

    @Test
    void refuseToBeRestoredWithALossUnlessToldSo() throws Exception {
        NamedArtifact missing = artifacts.vetted("missing");
        NamedArtifact altered = artifacts.vetted("altered");
        NamedArtifact whole = artifacts.vetted("whole");
        backUp("backup");
        Files.delete(inBackup("backup", missing));
        Files.writeString(inBackup("backup", altered), "ALTERED");

        assertThatThrownBy(() -> restore("backup", false))
                .isExactlyInstanceOf(BackupBroken.class)
                .hasMessageContaining(missing.key() + " is missing")
                .hasMessageContaining(altered.key() + " is altered");
        assertThat(place.resolve("restored")).doesNotExist();

        Verified restored = restore("backup", true);
        assertThat(restored.lost()).hasSize(2);
        assertThat(StoredArtifacts.file(place.resolve("restored"), altered)).doesNotExist();
        assertThat(StoredArtifacts.file(place.resolve("restored"), whole)).hasContent("whole");
    }

    /** Whoever may write to a backup can shorten its manifest, but not what the database names. */
    @Test
    void areMissedEvenIfTheManifestForgetsThem() throws Exception {
        NamedArtifact artifact = artifacts.vetted("vetted");
        backUp("backup");
        Files.delete(inBackup("backup", artifact));
        Path manifest = place.resolve("backup/manifest.json");
        String text = Files.readString(manifest);
        String forgotten = text.replaceFirst("(?s), \\{[^{}]*/stored/[^{}]*\\}", "");
        assertThat(forgotten).isNotEqualTo(text);
        Files.writeString(manifest, forgotten);

        assertThat(verify("backup").lost()).containsExactly(new LostArtifact(artifact, false));
    }

    @Test
    void areListedWhenABucketHasThem() throws Exception {
        NamedArtifact artifact = artifacts.vetted("in the bucket");
        BackupManifest manifest =
                new DataBackup(
                                data,
                                DatabaseKind.SQLITE,
                                Optional.of("https://s3.example/reef"),
                                CLOCK)
                        .write(place.resolve("backup"));

        assertThat(manifest.artifacts())
                .isEqualTo(new InBucket("https://s3.example/reef", List.of(artifact)));
        assertThat(inBackup("backup", artifact)).doesNotExist();
        assertThat(verify("backup").manifest().artifacts()).isEqualTo(manifest.artifacts());
        assertThat(restore("backup", false).lost()).isEmpty();
    }

    /** A link may lead to the sealing key. */
    @Test
    void areNoLinksToOtherFiles() throws Exception {
        NamedArtifact artifact = artifacts.vetted("vetted");
        Path file = StoredArtifacts.file(data, artifact);
        Files.move(file, place.resolve("elsewhere"));
        Files.createSymbolicLink(file, place.resolve("elsewhere"));

        assertThat(backUp("backup").artifacts())
                .isEqualTo(new InBackup(List.of(new LostArtifact(artifact, false))));
    }

    @Test
    @Tag("system")
    void areRefusedForWantOfRoomAndLeaveNothingWhenTheDiskFillsUp() throws Exception {
        Path disk = Files.createDirectory(place.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()));
        try {
            artifacts.vetted("x".repeat(8 << 20));
            DataBackup backup = new DataBackup(data, DatabaseKind.SQLITE, Optional.empty(), CLOCK);
            Path filling = disk.resolve("filling");
            assertThatThrownBy(
                            () ->
                                    backup.write(
                                            disk.resolve("backup"), false, (_, _) -> fill(filling)))
                    .isExactlyInstanceOf(BackupRefused.class)
                    .hasMessageContaining("no backup was made: No space left on device");
            assertThat(names(disk)).containsExactly(disk.toString(), filling.toString());

            assertThatThrownBy(() -> backup.write(disk.resolve("backup")))
                    .hasMessageContaining("has room for");
            Files.delete(filling);
            assertThat(backup.write(disk.resolve("backup")).artifactCount()).isEqualTo(1);
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    /** Takes what is left of a disk, once. */
    private static void fill(Path file) {
        if (Files.exists(file)) {
            return;
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] piece = new byte[1 << 16];
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    private BackupManifest backUp(String name) throws BackupRefused {
        return new DataBackup(data, DatabaseKind.SQLITE, Optional.empty(), CLOCK)
                .write(place.resolve(name));
    }

    private Verified verify(String name) throws BackupRefused {
        return BackupVerification.verify(place.resolve(name), Optional.empty(), (_, _) -> {});
    }

    private Verified restore(String name, boolean withoutLost) throws BackupRefused {
        return new DataRestoration(place.resolve("restored"), DatabaseKind.SQLITE, CLOCK)
                .read(place.resolve(name), withoutLost, (_, _) -> {});
    }

    private Path inBackup(String name, NamedArtifact artifact) {
        return StoredArtifacts.file(place.resolve(name).resolve("data"), artifact);
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private void deleteBackup(String name) throws IOException {
        BackupFiles.empty(place.resolve(name));
        Files.delete(place.resolve(name));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.map(Path::toString).toList();
        }
    }
}
