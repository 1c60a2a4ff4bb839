/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.server.BackupManifest.BackupFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Copies files between a data directory and a backup: readable by their owner alone, on disk when
 * the call returns, and hashed on the way.
 */
final class BackupFiles {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Memory that a copy takes, however large the file is. */
    private static final int PIECE_BYTES = 256 * 1024;

    private BackupFiles() {}

    /** Copies one file to a place that must not exist, with the folders above it. */
    static BackupFile copy(Path from, Path toDirectory, String name) throws IOException {
        return copy(from, toDirectory, name, _ -> {});
    }

    /**
     * Copies one file to a place that must not exist, with the folders above it.
     *
     * @param progress told how many more bytes are there, again and again
     */
    static BackupFile copy(Path from, Path toDirectory, String name, LongConsumer progress)
            throws IOException {
        Path to = toDirectory.resolve(name);
        DurableFile.createDirectory(folderOf(to));
        MessageDigest sha256 = sha256();
        try (InputStream in =
                        new DigestInputStream(
                                Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS), sha256);
                FileChannel file =
                        FileChannel.open(
                                to,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                OWNER_ONLY)) {
            long bytes = pour(in, Channels.newOutputStream(file), progress);
            file.force(true);
            return new BackupFile(name, bytes, HexFormat.of().formatHex(sha256.digest()));
        }
    }

    private static long pour(InputStream in, OutputStream out, LongConsumer progress)
            throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long bytes = 0;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            out.write(piece, 0, read);
            bytes += read;
            progress.accept(read);
        }
        return bytes;
    }

    /** The file as it lies in a directory. */
    static BackupFile describe(Path directory, String name) throws IOException {
        return describe(directory, name, _ -> {});
    }

    /**
     * The file as it lies in a directory.
     *
     * @param progress told how many more bytes were read, again and again
     */
    static BackupFile describe(Path directory, String name, LongConsumer progress)
            throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in =
                new DigestInputStream(Files.newInputStream(directory.resolve(name)), sha256)) {
            long bytes = pour(in, OutputStream.nullOutputStream(), progress);
            return new BackupFile(name, bytes, HexFormat.of().formatHex(sha256.digest()));
        }
    }

    /** A folder that is made by this call or not at all: two backups never share one. */
    static void createFolder(Path folder) throws IOException {
        Path _ = Files.createDirectory(folder, OWNER_ONLY_FOLDER);
    }

    /** An empty file for somebody else to write to. */
    static Path createEmpty(Path directory, String name) throws IOException {
        return Files.createFile(directory.resolve(name), OWNER_ONLY);
    }

    /**
     * The paths of all files below a directory, with slashes.
     *
     * @throws FileSystemException if there is something that is neither file nor folder: what a
     *     link leads to may be anything
     */
    static List<String> names(Path directory) throws IOException {
        return names(directory, directory);
    }

    /**
     * The same for what is directly in a directory, and below each of these but the one left out.
     */
    static List<String> namesWithout(Path directory, String leftOut) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> content = Files.list(directory)) {
            for (Path path : content.sorted().toList()) {
                if (!path.equals(directory.resolve(leftOut))) {
                    names.addAll(names(path, directory));
                }
            }
        }
        return names;
    }

    private static List<String> names(Path top, Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.sorted().toList()) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(directory.relativize(path).toString());
                } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileSystemException(
                            path.toString(), null, path + " is neither a file nor a folder");
                }
            }
            return names;
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    /** A new name, or a changed size, is durable only when file and folder have been synced. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Syncs every folder below and including this one. */
    static void syncFolders(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    sync(path);
                }
            }
        }
    }

    /** Deletes everything below a directory, but not the directory. */
    static void empty(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted().toList().reversed()) {
                if (!path.equals(directory)) {
                    Files.delete(path);
                }
            }
        }
    }

    /** A backup that fills the server's disk would stop the server. */
    static void requireRoom(Path folder, long wantedBytes) throws IOException, BackupRefused {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < wantedBytes) {
            throw new BackupRefused(
                    "the backup may take %d MiB and %s has room for %d MiB; make room or name another disk"
                            .formatted((wantedBytes >> 20) + 1, folder, free >> 20));
        }
    }

    static Path folderOf(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(path + " is no place for a backup");
        }
        return folder;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
