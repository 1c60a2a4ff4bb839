/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.BackupManifest.BackupFile;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlRestoration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

    /**
     * Restores. The backup is read as a whole before anything is written.
     *
     * @param backup a folder that {@link DataBackup} made
     * @throws BackupBroken if the backup is not what its manifest says
     * @throws BackupRefused if it cannot be restored here; the directory is empty again then
     */
    public BackupManifest read(Path backup) throws BackupRefused {
        BackupManifest manifest = BackupManifest.read(backup);
        Path from = backup.resolve(BackupManifest.FILES_DIRECTORY);
        try {
            requireSameDatabase(manifest);
            requireEmpty();
            requireWhole(manifest, from);
            DataDirectory.prepareRestored(data);
            try {
                copy(manifest, from);
            } catch (IOException | StorageUnavailable | BackupBroken failed) {
                BackupFiles.empty(data);
                throw failed;
            }
            return manifest;
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

    private static void requireWhole(BackupManifest manifest, Path from)
            throws IOException, BackupBroken {
        if (!Files.isDirectory(from)) {
            throw new BackupBroken(from + " is missing; take another backup");
        }
        Set<String> listed =
                manifest.files().stream()
                        .map(BackupFile::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        List<String> present = BackupFiles.names(from);
        for (String name : present) {
            if (!listed.contains(name)) {
                throw new BackupBroken(
                        "%s is not in the backup's manifest: somebody put it there; take another backup"
                                .formatted(from.resolve(name)));
            }
        }
        for (BackupFile file : manifest.files()) {
            if (!present.contains(file.name())) {
                throw new BackupBroken(
                        "%s is missing in the backup; take another backup"
                                .formatted(from.resolve(file.name())));
            }
            requireSame(file, BackupFiles.describe(from, file.name()), from);
        }
    }

    private static void requireSame(BackupFile listed, BackupFile found, Path from)
            throws BackupBroken {
        if (!listed.equals(found)) {
            throw new BackupBroken(
                    "%s is damaged: its SHA-256 is not the one in the manifest; take another backup"
                            .formatted(from.resolve(listed.name())));
        }
    }

    private void copy(BackupManifest manifest, Path from) throws IOException, BackupBroken {
        for (BackupFile file : manifest.files()) {
            BackupFile copied = BackupFiles.copy(from.resolve(file.name()), data, file.name());
            requireSame(file, copied, from);
        }
        if (database == DatabaseKind.SQLITE) {
            Path file = data.resolve(ServerConfiguration.SQLITE_FILE);
            SqlRestoration.record(new DatabaseLocation.SqliteFile(file), manifest.madeAt(), clock);
        }
        BackupFiles.syncFolders(data);
        DataDirectory.claimRestored(data);
    }
}
