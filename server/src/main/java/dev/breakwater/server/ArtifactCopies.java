/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.server.BackupArtifacts.LostArtifact;
import dev.breakwater.server.BackupManifest.BackupFile;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.artifact.NamedArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Brings artifacts from a data directory into a backup: each is there with the bytes it is named
 * by, or is named as lost. A file of a server at work is never linked to: whatever became of it
 * there would become of the backup.
 */
final class ArtifactCopies {

    /** Where they lie below a data directory and in a backup. */
    static final String FOLDER = Ground.ARTIFACT_DIRECTORY + "/";

    private final Path data;
    private final EarlierBackups earlier;
    private final DataBackup.Progress progress;
    private final List<BackupFile> files = new ArrayList<>();
    private final List<LostArtifact> lost = new ArrayList<>();

    ArtifactCopies(Path data, EarlierBackups earlier, DataBackup.Progress progress) {
        this.data = data;
        this.earlier = earlier;
        this.progress = progress;
    }

    /** What is in the backup now. */
    List<BackupFile> files() {
        return List.copyOf(files);
    }

    /** What is not. */
    List<LostArtifact> lost() {
        return List.copyOf(lost);
    }

    /** The file that an artifact is in a backup. */
    static BackupFile file(NamedArtifact artifact) {
        return new BackupFile(
                FOLDER + DirectoryArtifacts.name(artifact.organization(), artifact.hash()),
                artifact.length(),
                artifact.hash().hex());
    }

    /** The artifact that a file of a backup is, by its place. */
    static Optional<NamedArtifact> artifact(BackupFile file) {
        return file.name().startsWith(FOLDER)
                ? DirectoryArtifacts.named(file.name().substring(FOLDER.length()), file.bytes())
                : Optional.empty();
    }

    /** Copies what no earlier backup has. */
    void copy(List<NamedArtifact> named, Path to) throws IOException, BackupRefused {
        long totalBytes =
                named.stream()
                        .filter(artifact -> !earlier.has(file(artifact)))
                        .mapToLong(NamedArtifact::length)
                        .sum();
        BackupFiles.requireRoom(BackupFiles.folderOf(to), totalBytes);
        long[] doneBytes = {0};
        for (NamedArtifact artifact : named) {
            BackupFile wanted = file(artifact);
            Path place = to.resolve(wanted.name());
            DurableFile.createDirectory(BackupFiles.folderOf(place));
            if (earlier.link(wanted, place)) {
                files.add(wanted);
                continue;
            }
            Path stored = data.resolve(wanted.name());
            if (!Files.isRegularFile(stored, LinkOption.NOFOLLOW_LINKS)) {
                lost.add(new LostArtifact(artifact, false));
            } else if (Files.size(stored) != wanted.bytes()) {
                lost.add(new LostArtifact(artifact, true));
            } else {
                copy(artifact, wanted, to, bytes -> progress.at(doneBytes[0] += bytes, totalBytes));
            }
        }
    }

    /** What is not what it is named by, nobody may take for it later. */
    private void copy(NamedArtifact artifact, BackupFile wanted, Path to, LongConsumer more)
            throws IOException {
        BackupFile copied = BackupFiles.copy(data.resolve(wanted.name()), to, wanted.name(), more);
        if (copied.equals(wanted)) {
            files.add(wanted);
        } else {
            Files.delete(to.resolve(wanted.name()));
            lost.add(new LostArtifact(artifact, true));
        }
    }
}
