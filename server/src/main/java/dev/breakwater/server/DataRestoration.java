/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.BackupManifest.BackupFile;
import dev.breakwater.server.BackupVerification.Verified;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlRestoration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a data directory out of a backup. The directory is marked as Breakwater's last: a crash
 * before that leaves one that no server takes.
 */
public final class DataRestoration {

    private final Path data;
    private final DatabaseKind database;
    private final Clock clock;

    /**
     * Prepares.
     *
     * @param data an empty directory, or one that is not there yet
     * @param database where the server that will run in it keeps its data
     */
    public DataRestoration(Path data, DatabaseKind database, Clock clock) {
        this.data = data;
        this.database = database;
        this.clock = clock;
    }

    /** Restores a backup that lacks nothing. */
    public BackupManifest read(Path backup) throws BackupRefused {
        return read(backup, false, (_, _) -> {}).manifest();
    }

    /**
     * Restores. The backup is read as a whole before anything is written.
     *
     * @param backup a folder that {@link DataBackup} made
     * @param withoutLost whether a server is wanted even if artifacts are missing or altered, which
     *     it does not have then
     * @throws BackupBroken if the backup is not what its manifest says
     * @throws BackupRefused if it cannot be restored here; the directory is empty again then
     */
    public Verified read(Path backup, boolean withoutLost, DataBackup.Progress progress)
            throws BackupRefused {
        BackupManifest manifest = BackupManifest.read(backup);
        Path from = backup.resolve(BackupManifest.FILES_DIRECTORY);
        try {
            requireSameDatabase(manifest);
            requireEmpty();
            Verified verified = BackupVerification.verify(backup, Optional.empty(), progress);
            if (!verified.lost().isEmpty() && !withoutLost) {
                throw new BackupBroken(
                        "%d artifacts are missing or altered in the backup: %s; take them from another backup, or restore without them"
                                .formatted(
                                        verified.lost().size(),
                                        BackupArtifacts.named(verified.lost())));
            }
            DataDirectory.prepareRestored(data);
            try {
                copy(verified, from);
            } catch (IOException | StorageUnavailable | BackupBroken failed) {
                BackupFiles.empty(data);
                throw failed;
            }
            return verified;
        } catch (StorageUnavailable unusable) {
            throw new BackupRefused("nothing was restored: " + unusable.getMessage(), unusable);
        } catch (IOException failed) {
            throw new BackupRefused(
                    "nothing was restored: %s; look at the disk and the user's rights"
                            .formatted(DataDirectory.why(failed)),
                    failed);
        }
    }

    private void requireSameDatabase(BackupManifest manifest) throws BackupRefused {
        if (manifest.database() != database) {
            throw new BackupRefused(
                    "the backup is of a server on %s, and the configuration names %s; change [database] in it"
                            .formatted(manifest.database().code(), database.code()));
        }
    }

    private void requireEmpty() throws IOException, BackupRefused {
        if (!Files.exists(data)) {
            return;
        }
        if (!Files.isDirectory(data)) {
            throw new BackupRefused(data + " is not a directory; name a directory for the data");
        }
        try (Stream<Path> content = Files.list(data)) {
            if (content.findAny().isPresent()) {
                throw new BackupRefused(
                        "the data directory %s is not empty and nothing in it is replaced; stop its server, move it aside, and restore again"
                                .formatted(data));
            }
        }
    }

    private void copy(Verified backup, Path from) throws IOException, BackupBroken {
        for (BackupFile file : backup.usable()) {
            BackupFile copied = BackupFiles.copy(from.resolve(file.name()), data, file.name());
            BackupVerification.requireSame(file, copied, from);
        }
        if (database == DatabaseKind.SQLITE) {
            Path file = data.resolve(ServerConfiguration.SQLITE_FILE);
            SqlRestoration.record(
                    new DatabaseLocation.SqliteFile(file), backup.manifest().madeAt(), clock);
        }
        BackupFiles.syncFolders(data);
        DataDirectory.claimRestored(data);
    }
}
