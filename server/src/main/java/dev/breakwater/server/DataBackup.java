/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.server.BackupManifest.BackupFile;
import dev.breakwater.server.durability.StorageUnavailable;
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
    private final Clock clock;

    /**
     * Prepares.
     *
     * @param data a data directory, whether a server is running in it or not
     * @param database where its server keeps its data
     */
    public DataBackup(Path data, DatabaseKind database, Clock clock) {
        this.data = data;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Makes a backup.
     *
     * @param to a folder that must not exist yet
     * @throws BackupRefused if it cannot be made; nothing is left of it then
     */
    public BackupManifest write(Path to) throws BackupRefused {
        try {
            requireOurs();
            requireNewPlace(to);
            requireRoom(BackupFiles.folderOf(to));
            Path partial = to.resolveSibling(to.getFileName() + PARTIAL);
            BackupFiles.createFolder(partial);
            try {
                BackupManifest manifest = copy(partial.resolve(BackupManifest.FILES_DIRECTORY));
                manifest.write(partial);
                Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
                BackupFiles.sync(BackupFiles.folderOf(to));
                return manifest;
            } catch (IOException | StorageUnavailable failed) {
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

    /** A backup that fills the server's disk would stop the server. */
    private void requireRoom(Path folder) throws IOException, BackupRefused {
        long wanted = 0;
        for (String name : BackupFiles.names(data)) {
            wanted += Files.size(data.resolve(name));
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < wanted) {
            throw new BackupRefused(
                    "the backup may take %d MiB and %s has room for %d MiB; make room or name another disk"
                            .formatted((wanted >> 20) + 1, folder, free >> 20));
        }
    }

    /**
     * The listeners' certificate comes before the database, so that no certificate is in the backup
     * whose issuance is not; the CA's keys come after it, so that no certificate is recorded there
     * whose key is not in the backup.
     */
    private BackupManifest copy(Path to) throws IOException {
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
        BackupFiles.syncFolders(to);
        return new BackupManifest(madeAt, database, files);
    }

    /** Everything but the database, the marker, and what is being written at this moment. */
    private List<String> names() throws IOException {
        List<String> names =
                BackupFiles.names(data).stream()
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
