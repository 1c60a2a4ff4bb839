/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.server.BackupManifest.BackupFile;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.store.ArtifactNames;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqliteCopy;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies a data directory while a server works in it. What was acknowledged before it began is in
 * the backup. The sealing key is not: it never lies in the data directory, and a backup that
 * carried it would protect nothing.
 *
 * <p>The backup gets its name last. A crash leaves a folder whose name ends in {@value #PARTIAL},
 * which no restoration takes, for it has no manifest.
 */
public final class DataBackup {

    private static final String PARTIAL = ".partial";

    /** Written while the server runs, certificate first, and read again only as a whole. */
    private static final String LISTENER_FILES = ServerAssembly.TLS_DIRECTORY + "/";

    private final Path data;
    private final DatabaseKind database;
    private final Optional<String> bucket;
    private final Clock clock;

    /** Told how far the artifacts are, which are most of a large backup. */
    @FunctionalInterface
    public interface Progress {

        /** So many of so many bytes have been copied; told again and again. */
        void at(long bytes, long of);
    }

    /**
     * Prepares.
     *
     * @param data a data directory, whether a server is running in it or not
     * @param database where its server keeps its data
     * @param bucket where its server keeps artifacts, in words for the operator; empty if it keeps
     *     them in the data directory
     */
    public DataBackup(Path data, DatabaseKind database, Optional<String> bucket, Clock clock) {
        this.data = data;
        this.database = database;
        this.bucket = bucket;
        this.clock = clock;
    }

    /** Makes a backup that costs what the ones beside it lack. */
    public BackupManifest write(Path to) throws BackupRefused {
        return write(to, false, (_, _) -> {});
    }

    /**
     * Makes a backup. Artifacts that could not be had are named in its manifest.
     *
     * @param to a folder that must not exist yet
     * @param anew whether artifacts are copied even if a backup in the same folder has them;
     *     without it those of the others get a further name there, and are not read
     * @throws BackupRefused if it cannot be made; nothing is left of it then
     */
    public BackupManifest write(Path to, boolean anew, Progress progress) throws BackupRefused {
        try {
            requireOurs();
            requireNewPlace(to);
            Path folder = BackupFiles.folderOf(to);
            requireRoom(folder);
            ArtifactCopies artifacts =
                    new ArtifactCopies(
                            data,
                            anew ? EarlierBackups.none() : EarlierBackups.in(folder),
                            progress);
            Path partial = to.resolveSibling(to.getFileName() + PARTIAL);
            BackupFiles.createFolder(partial);
            try {
                BackupManifest manifest =
                        copy(partial.resolve(BackupManifest.FILES_DIRECTORY), artifacts);
                manifest.write(partial);
                Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
                BackupFiles.sync(folder);
                return manifest;
            } catch (IOException | StorageUnavailable | BackupRefused failed) {
                BackupFiles.empty(partial);
                Files.delete(partial);
                throw failed;
            }
        } catch (FileAlreadyExistsException taken) {
            throw new BackupRefused(
                    "%s is there: another backup is being written, or one was cut off; if none is, delete it"
                            .formatted(taken.getFile()),
                    taken);
        } catch (StorageUnavailable unreadable) {
            throw new BackupRefused(
                    "no backup was made: %s; look at the disk and the user's rights"
                            .formatted(unreadable.getMessage()),
                    unreadable);
        } catch (IOException failed) {
            throw new BackupRefused(
                    "no backup was made: %s; look at the disk and the user's rights"
                            .formatted(DataDirectory.why(failed)),
                    failed);
        }
    }

    private void requireOurs() throws IOException, BackupRefused {
        if (!DataDirectory.isClaimed(data)) {
            throw new BackupRefused(
                    "%s is no data directory of this version of Breakwater; name the server's configuration with --config"
                            .formatted(data));
        }
    }

    private void requireNewPlace(Path to) throws IOException, BackupRefused {
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new BackupRefused(to + " exists and is not replaced; name a new folder");
        }
        Path folder = BackupFiles.folderOf(to);
        if (!Files.isDirectory(folder)) {
            throw new BackupRefused(
                    "there is no folder %s to put the backup in; make it first".formatted(folder));
        }
        if (folder.toRealPath().startsWith(data.toRealPath())) {
            throw new BackupRefused(
                    "%s lies in the data directory, and would be lost with it; name another place"
                            .formatted(to));
        }
    }

    /** For all but the artifacts: which of them are wanted only the copied database says. */
    private void requireRoom(Path folder) throws IOException, BackupRefused {
        long wanted = 0;
        for (String name : BackupFiles.namesWithout(data, Ground.ARTIFACT_DIRECTORY)) {
            wanted += Files.size(data.resolve(name));
        }
        BackupFiles.requireRoom(folder, wanted);
    }

    /**
     * The listeners' certificate comes before the database, so that no certificate is in the backup
     * whose issuance is not; the CA's keys come after it, so that no certificate is recorded there
     * whose key is not in the backup. An artifact is stored before the database names it, and is
     * never removed as long as it does, so that those come after the database, too.
     */
    private BackupManifest copy(Path to, ArtifactCopies artifacts)
            throws IOException, BackupRefused {
        Instant madeAt = clock.instant();
        List<BackupFile> files = new ArrayList<>();
        DurableFile.createDirectory(to);
        for (String name : names()) {
            if (name.startsWith(LISTENER_FILES)) {
                files.add(BackupFiles.copy(data.resolve(name), to, name));
            }
        }
        if (database == DatabaseKind.SQLITE) {
            String name = ServerConfiguration.SQLITE_FILE;
            Path copy = BackupFiles.createEmpty(to, name);
            SqliteCopy.write(data.resolve(name), copy);
            BackupFiles.sync(copy);
            files.add(BackupFiles.describe(to, name));
        }
        for (String name : names()) {
            if (!name.startsWith(LISTENER_FILES)) {
                files.add(BackupFiles.copy(data.resolve(name), to, name));
            }
        }
        BackupArtifacts whereabouts = copyArtifacts(to, artifacts);
        files.addAll(artifacts.files());
        BackupFiles.syncFolders(to);
        return new BackupManifest(madeAt, database, files, whereabouts);
    }

    private BackupArtifacts copyArtifacts(Path to, ArtifactCopies artifacts)
            throws IOException, BackupRefused {
        // Without the database at hand, all that is stored is all that it can name.
        List<NamedArtifact> named =
                switch (database) {
                    case SQLITE ->
                            ArtifactNames.read(
                                    new DatabaseLocation.SqliteFile(
                                            to.resolve(ServerConfiguration.SQLITE_FILE)));
                    case POSTGRESQL ->
                            bucket.isPresent()
                                    ? List.of()
                                    : DirectoryArtifacts.everything(
                                            data.resolve(Ground.ARTIFACT_DIRECTORY));
                };
        if (bucket.isPresent()) {
            return new BackupArtifacts.InBucket(bucket.get(), named);
        }
        artifacts.copy(named, to);
        return new BackupArtifacts.InBackup(artifacts.lost());
    }

    /** Everything but database, artifacts, marker, and what is being written at this moment. */
    private List<String> names() throws IOException {
        List<String> names =
                BackupFiles.namesWithout(data, Ground.ARTIFACT_DIRECTORY).stream()
                        .filter(name -> !name.startsWith(ServerConfiguration.SQLITE_FILE))
                        .filter(name -> !DataDirectory.isMarker(name))
                        .filter(name -> !name.endsWith(".tmp"))
                        .toList();
        for (String name : names) {
            if (!BackupFile.isName(name)) {
                throw new IOException(data.resolve(name) + " is not Breakwater's; move it away");
            }
        }
        return names;
    }
}
