/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one directory a server writes to. It is claimed by a marker file, so that a mistyped path
 * cannot turn somebody's home into a database, and locked while the server runs, so that two
 * servers cannot share one audit chain.
 */
final class DataDirectory implements AutoCloseable {

    private static final String MARKER = "BREAKWATER";
    private static final String FORMAT = "breakwater data, format 1\n";
    private static final long FREE_BYTES_MIN = 16L << 20;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");

    private final Path path;
    private final FileChannel markerFile;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel markerFile, FileLock lock) {
        this.path = path;
        this.markerFile = markerFile;
        this.lock = lock;
    }

    /** Makes, claims and locks the directory. */
    static DataDirectory open(Path path) throws StartRefused {
        try {
            requireRoom(path);
            claim(path);
            FileChannel markerFile =
                    FileChannel.open(
                            path.resolve(MARKER),
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            FileLock lock = lockOrNull(markerFile);
            if (lock == null) {
                markerFile.close();
                throw new StartRefused(
                        "another Breakwater server is using the data directory "
                                + path
                                + "; stop it or name another one");
            }
            return new DataDirectory(path, markerFile, lock);
        } catch (IOException unusable) {
            throw new StartRefused(
                    "the data directory "
                            + path
                            + " cannot be used: "
                            + why(unusable)
                            + "; name one this user may write to",
                    unusable);
        }
    }

    /**
     * Databases name a full disk in many ways, most of them dark, and some only halfway through.
     */
    private static void requireRoom(Path path) throws IOException, StartRefused {
        Path existing = path.toAbsolutePath();
        while (Files.notExists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        long freeBytes = Files.getFileStore(existing).getUsableSpace();
        if (freeBytes < FREE_BYTES_MIN && !Files.getFileStore(existing).isReadOnly()) {
            throw new StartRefused(
                    "the disk of the data directory %s is full: %d KiB are free and %d KiB are needed to start; make room"
                            .formatted(path, freeBytes / 1024, FREE_BYTES_MIN / 1024));
        }
    }

    /** The system's own words, without the names of our classes. */
    static String why(IOException unusable) {
        return switch (unusable) {
            case AccessDeniedException denied -> "permission denied on " + denied.getFile();
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> String.valueOf(unusable.getMessage());
        };
    }

    /**
     * A crash between the making and the marking leaves an empty directory, which the next start
     * claims.
     */
    private static void claim(Path path) throws IOException, StartRefused {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new StartRefused(path + " is not a directory; name a directory for the data");
        }
        Path marker = path.resolve(MARKER);
        if (Files.exists(marker)) {
            String format = Files.readString(marker);
            if (!format.equals(FORMAT)) {
                throw new StartRefused(
                        "the data directory "
                                + path
                                + " was written by another version of Breakwater; use that version");
            }
            return;
        }
        Files.createDirectories(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (Stream<Path> content = Files.list(path)) {
            if (content.findAny().isPresent()) {
                throw new StartRefused(
                        "the directory "
                                + path
                                + " holds files that are not Breakwater's; name an empty or a new one");
            }
        }
        Files.setPosixFilePermissions(path, OWNER_ONLY);
        Files.writeString(marker, FORMAT, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
    }

    /** Whether the directory is one of ours, as far as its marker tells. Changes nothing. */
    static boolean isClaimed(Path path) throws IOException {
        Path marker = path.resolve(MARKER);
        return Files.isRegularFile(marker) && Files.readString(marker).equals(FORMAT);
    }

    /** Whether the name is the marker's, which a backup leaves out. */
    static boolean isMarker(String name) {
        return name.equals(MARKER);
    }

    /** Makes the directory that a restoration fills, for its owner alone. */
    static void prepareRestored(Path path) throws IOException {
        DurableFile.createDirectory(path);
        Files.setPosixFilePermissions(path, OWNER_ONLY);
    }

    /** Makes the directory of a restoration ours, when all else is in it and on disk. */
    static void claimRestored(Path path) throws IOException {
        DurableFile.create(path.resolve(MARKER), FORMAT.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable FileLock lockOrNull(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException lockedByThisProcess) {
            return null;
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        markerFile.close();
    }
}
