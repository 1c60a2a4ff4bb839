/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.BackupManifest.BackupFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The artifacts that the backups beside a new one have. An artifact never changes, so that one file
 * with many names is as good as many files: a backup costs what is new in it, and deleting one
 * takes nothing from the others.
 */
final class EarlierBackups {

    /** The newest suffice: each of them has all that there was in its time. */
    private static final int BACKUPS_MAX = 8;

    private final Map<String, Path> artifacts = new HashMap<>();

    private EarlierBackups() {}

    /** There are none, or none are to be trusted. */
    static EarlierBackups none() {
        return new EarlierBackups();
    }

    /** Those in this folder. What is no backup is none of our business. */
    static EarlierBackups in(Path folder) throws IOException {
        EarlierBackups found = new EarlierBackups();
        for (Path backup : newest(folder)) {
            manifest(backup).ifPresent(manifest -> found.add(backup, manifest));
        }
        return found;
    }

    /** One that cannot be read is of no use here; whoever restores it is told why. */
    private static Optional<BackupManifest> manifest(Path backup) {
        try {
            return Optional.of(BackupManifest.read(backup));
        } catch (BackupRefused unusable) {
            return Optional.empty();
        }
    }

    private static List<Path> newest(Path folder) throws IOException {
        try (Stream<Path> beside = Files.list(folder)) {
            return beside.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> Files.isRegularFile(path.resolve(BackupManifest.NAME)))
                    .sorted(Comparator.comparingLong(EarlierBackups::writtenMillis).reversed())
                    .limit(BACKUPS_MAX)
                    .toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    private static long writtenMillis(Path backup) {
        try {
            return Files.getLastModifiedTime(backup.resolve(BackupManifest.NAME)).toMillis();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void add(Path backup, BackupManifest manifest) {
        Path files = backup.resolve(BackupManifest.FILES_DIRECTORY);
        for (BackupFile file : manifest.files()) {
            if (file.name().startsWith(ArtifactCopies.FOLDER)) {
                artifacts.putIfAbsent(file.name(), files.resolve(file.name()));
            }
        }
    }

    /** Whether an earlier backup has this, as long as it should be. */
    boolean has(BackupFile wanted) {
        Path earlier = artifacts.get(wanted.name());
        try {
            return earlier != null
                    && Files.isRegularFile(earlier, LinkOption.NOFOLLOW_LINKS)
                    && Files.size(earlier) == wanted.bytes();
        } catch (IOException gone) {
            return false;
        }
    }

    /**
     * Gives the file of an earlier backup this name too.
     *
     * @return whether it could: there may be none, or a file system without links, or one whose
     *     files have as many names as they may
     */
    boolean link(BackupFile wanted, Path to) {
        Path earlier = artifacts.get(wanted.name());
        if (earlier == null || !has(wanted)) {
            return false;
        }
        try {
            Path _ = Files.createLink(to, earlier);
            return true;
        } catch (IOException | UnsupportedOperationException copiedInstead) {
            return false;
        }
    }
}
