/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.sealing;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes small files that are whole after a crash at any moment and readable by their owner alone
 * (mode 0600). Every method returns after the content and its name are on disk.
 */
public final class DurableFile {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final int ZEROS_BYTES = 64 * 1024;

    private DurableFile() {}

    /**
     * Puts the content in place of whatever the file held. A crash leaves the old file or the new
     * one, and perhaps a stray {@code .tmp} that the next call replaces; a failure, as on a full
     * medium, leaves the old one and no stray. One writer per file: the name of the temporary file
     * is fixed so that strays cannot pile up.
     */
    public static void replace(Path file, byte[] content) throws IOException {
        Path temporary = temporaryFor(file);
        Files.deleteIfExists(temporary);
        try {
            writeNew(temporary, content);
            Files.move(temporary, file, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException notTaken) {
            removeStray(temporary, notTaken);
            throw notTaken;
        }
        syncDirectoryOf(file);
    }

    /**
     * Makes the file, or fails with {@link java.nio.file.FileAlreadyExistsException} and leaves the
     * existing one alone. A crash leaves the whole file or none: the content gets its name by a
     * hard link, which unlike a rename never replaces, so the file system must know hard links.
     */
    public static void create(Path file, byte[] content) throws IOException {
        Path temporary = temporaryFor(file);
        Files.deleteIfExists(temporary);
        try {
            writeNew(temporary, content);
        } catch (IOException notTaken) {
            removeStray(temporary, notTaken);
            throw notTaken;
        }
        try {
            Files.createLink(file, temporary);
        } finally {
            Files.delete(temporary);
        }
        syncDirectoryOf(file);
    }

    /**
     * Makes a directory only its owner may enter, and those above it, if they are not there yet.
     */
    public static void createDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectory(parent);
        }
        // One level at a time: a name that is not synced takes all below it along when it is lost.
        Files.createDirectory(directory, OWNER_ONLY_DIRECTORY);
        syncDirectoryOf(directory);
    }

    /**
     * Overwrites a file with zeros, then removes it; nothing happens if it is not there. A crash
     * leaves the file, zeros or nothing. Flash may keep the old block until it is reused: what must
     * not be found there is sealed, and its key destroyed in hardware. Where zeros find no room, as
     * on a full medium that never writes in place, the file is removed without them.
     */
    public static void destroy(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                overwrite(file);
            } catch (IOException noRoom) {
                // It must not stay because it cannot be overwritten.
                Files.delete(file);
                syncDirectoryOf(file);
                return;
            }
        }
        Files.delete(file);
        syncDirectoryOf(file);
    }

    private static void overwrite(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(ZEROS_BYTES);
            for (long left = channel.size(); left > 0; left -= zeros.limit()) {
                zeros.clear().limit((int) Math.min(ZEROS_BYTES, left));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            channel.force(true);
        }
    }

    /** What is half written takes up the room that the next attempt needs. */
    private static void removeStray(Path temporary, IOException failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException stays) {
            failure.addSuppressed(stays);
        }
    }

    private static Path temporaryFor(Path file) {
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    private static void writeNew(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), OWNER_ONLY)) {
            ByteBuffer remaining = ByteBuffer.wrap(content);
            while (remaining.hasRemaining()) {
                channel.write(remaining);
            }
            channel.force(true);
        }
    }

    /** A new name is durable only when the directory that holds it has been synced too. */
    private static void syncDirectoryOf(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            }
        }
    }
}
