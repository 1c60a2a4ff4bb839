/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.BackupArtifacts.LostArtifact;
import dev.breakwater.server.BackupManifest.BackupFile;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.store.ArtifactNames;
import dev.breakwater.server.store.DatabaseLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a whole backup and compares it with its manifest, and with what its database names. */
public final class BackupVerification {

    private final Path from;
    private final BackupManifest manifest;
    private final DataBackup.Progress progress;
    private final Map<String, LostArtifact> lost = new LinkedHashMap<>();
    private long readBytes;

    private BackupVerification(Path from, BackupManifest manifest, DataBackup.Progress progress) {
        this.from = from;
        this.manifest = manifest;
        this.progress = progress;
    }

    /**
     * What a backup is good for.
     *
     * @param lost the artifacts that it should have and does not, or not as they were; all else is
     *     there to the byte
     */
    public record Verified(BackupManifest manifest, List<LostArtifact> lost) {

        /** Copies the list. */
        public Verified {
            lost = List.copyOf(lost);
        }

        /** The files that a restoration takes. */
        List<BackupFile> usable() {
            Set<String> unusable =
                    lost.stream()
                            .map(one -> ArtifactCopies.file(one.artifact()).name())
                            .collect(Collectors.toUnmodifiableSet());
            return manifest.files().stream()
                    .filter(file -> !unusable.contains(file.name()))
                    .toList();
        }
    }

    /**
     * Reads it. Changes nothing.
     *
     * @param database the one that the backup belongs to where it does not hold it itself: what it
     *     names is compared, too
     * @throws BackupBroken if anything but artifacts is missing or altered
     */
    public static Verified verify(
            Path backup,
            Optional<DatabaseLocation.PostgresServer> database,
            DataBackup.Progress progress)
            throws BackupRefused {
        BackupManifest manifest = BackupManifest.read(backup);
        Path from = backup.resolve(BackupManifest.FILES_DIRECTORY);
        try {
            return new BackupVerification(from, manifest, progress).verify(database);
        } catch (StorageUnavailable unreadable) {
            throw new BackupBroken(
                    "%s cannot be compared with its database: %s"
                            .formatted(backup, unreadable.getMessage()),
                    unreadable);
        } catch (IOException unreadable) {
            throw new BackupRefused(
                    "%s cannot be read: %s; look at the disk and the user's rights"
                            .formatted(backup, DataDirectory.why(unreadable)),
                    unreadable);
        }
    }

    private Verified verify(Optional<DatabaseLocation.PostgresServer> database)
            throws IOException, BackupBroken {
        requireOnlyListed();
        if (manifest.artifacts() instanceof BackupArtifacts.InBackup(List<LostArtifact> then)) {
            then.forEach(this::lose);
        }
        for (BackupFile file : manifest.files()) {
            compare(file);
        }
        if (manifest.artifacts() instanceof BackupArtifacts.InBackup) {
            compareNames(database);
        }
        return new Verified(manifest, List.copyOf(lost.values()));
    }

    private void requireOnlyListed() throws IOException, BackupBroken {
        if (!Files.isDirectory(from)) {
            throw new BackupBroken(from + " is missing; take another backup");
        }
        Set<String> listed =
                manifest.files().stream()
                        .map(BackupFile::name)
                        .collect(Collectors.toCollection(HashSet::new));
        for (String name : BackupFiles.names(from)) {
            if (!listed.contains(name)) {
                throw new BackupBroken(
                        "%s is not in the backup's manifest: somebody put it there; take another backup"
                                .formatted(from.resolve(name)));
            }
        }
    }

    private void compare(BackupFile file) throws IOException, BackupBroken {
        Optional<NamedArtifact> artifact = ArtifactCopies.artifact(file);
        if (!Files.isRegularFile(from.resolve(file.name()))) {
            if (artifact.isEmpty()) {
                throw new BackupBroken(
                        "%s is missing in the backup; take another backup"
                                .formatted(from.resolve(file.name())));
            }
            lose(new LostArtifact(artifact.get(), false));
            return;
        }
        BackupFile found = BackupFiles.describe(from, file.name(), this::read);
        if (artifact.isEmpty()) {
            requireSame(file, found, from);
        } else if (!found.equals(ArtifactCopies.file(artifact.get()))) {
            lose(new LostArtifact(artifact.get(), true));
        }
    }

    private void read(long bytes) {
        readBytes += bytes;
        progress.at(readBytes, manifest.bytes());
    }

    static void requireSame(BackupFile listed, BackupFile found, Path from) throws BackupBroken {
        if (!listed.equals(found)) {
            throw new BackupBroken(
                    "%s is damaged: its SHA-256 is not the one in the manifest; take another backup"
                            .formatted(from.resolve(listed.name())));
        }
    }

    /** A manifest that was shortened would hide what is missing. */
    private void compareNames(Optional<DatabaseLocation.PostgresServer> database) {
        List<NamedArtifact> named = new ArrayList<>();
        if (manifest.database() == DatabaseKind.SQLITE) {
            named.addAll(
                    ArtifactNames.read(
                            new DatabaseLocation.SqliteFile(
                                    from.resolve(ServerConfiguration.SQLITE_FILE))));
        } else {
            database.ifPresent(there -> named.addAll(ArtifactNames.read(there)));
        }
        Map<String, BackupFile> listed = new HashMap<>();
        manifest.files().forEach(file -> listed.put(file.name(), file));
        for (NamedArtifact artifact : named) {
            if (!listed.containsKey(ArtifactCopies.file(artifact).name())) {
                lose(new LostArtifact(artifact, false));
            }
        }
    }

    private void lose(LostArtifact one) {
        lost.putIfAbsent(one.artifact().key(), one);
    }
}
