/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** A directory tree that came out of an archive. */
final class Tree {

    private static final Set<PosixFilePermission> PLAIN =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwx------");

    private Tree() {}

    /** Unpacks an archive into a directory that is not there yet; all of it is synced then. */
    static void unpack(ZipArchive archive, Path root) throws IOException, ArtifactRefused {
        Files.createDirectory(root, attribute(EXECUTABLE));
        Set<Path> directories = new TreeSet<>();
        directories.add(root);
        for (ArchivedEntry entry : archive.entries()) {
            Path place = root.resolve(entry.name());
            makeDirectories(root, entry.directory() ? place : parent(place), directories);
            if (entry.directory()) {
                archive.read(entry, Tree::refuseContent);
            } else {
                unpackFile(archive, entry, place);
            }
        }
        archive.requireEnd();
        for (Path directory : directories) {
            sync(directory);
        }
        sync(parent(root.toAbsolutePath()));
    }

    private static void makeDirectories(Path root, Path place, Set<Path> made) throws IOException {
        if (made.contains(place) || place.equals(root)) {
            return;
        }
        makeDirectories(root, parent(place), made);
        Files.createDirectory(place, attribute(EXECUTABLE));
        made.add(place);
    }

    private static Path parent(Path below) {
        return Objects.requireNonNull(below.getParent(), "the root is no place in a slot");
    }

    private static void refuseContent(byte[] bytes, int length) throws ArtifactRefused {
        if (length > 0) {
            throw new ArtifactRefused("the archive has a directory with a content");
        }
    }

    private static void unpackFile(ZipArchive archive, ArchivedEntry entry, Path place)
            throws IOException, ArtifactRefused {
        try (FileChannel channel =
                FileChannel.open(
                        place,
                        Set.of(CREATE_NEW, WRITE),
                        attribute(entry.executable() ? EXECUTABLE : PLAIN))) {
            archive.read(
                    entry,
                    (bytes, length) -> {
                        ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
                        while (left.hasRemaining()) {
                            int _ = channel.write(left);
                        }
                    });
            channel.force(true);
        }
    }

    /** Compares a tree with the archive it came from: every file, and no other. */
    static void compare(ZipArchive archive, Path root) throws IOException, ArtifactRefused {
        Set<Path> expected = new HashSet<>();
        for (ArchivedEntry entry : archive.entries()) {
            Path place = root.resolve(entry.name());
            for (Path above = place; !above.equals(root); above = parent(above)) {
                expected.add(above);
            }
            if (entry.directory()) {
                archive.read(entry, Tree::refuseContent);
                require(Files.isDirectory(place, NOFOLLOW_LINKS), entry.name());
            } else {
                require(Files.isRegularFile(place, NOFOLLOW_LINKS), entry.name());
                compareFile(archive, entry, place);
            }
        }
        archive.requireEnd();
        requireNoOther(root, expected);
    }

    private static void compareFile(ZipArchive archive, ArchivedEntry entry, Path place)
            throws IOException, ArtifactRefused {
        require(
                Files.getPosixFilePermissions(place, NOFOLLOW_LINKS)
                        .equals(entry.executable() ? EXECUTABLE : PLAIN),
                entry.name());
        try (FileChannel channel = FileChannel.open(place, READ)) {
            require(channel.size() == entry.unpackedBytes(), entry.name());
            ByteBuffer there = ByteBuffer.allocate(Hashes.BUFFER_BYTES);
            archive.read(
                    entry,
                    (bytes, length) -> {
                        there.clear().limit(length);
                        while (there.hasRemaining()) {
                            require(channel.read(there) >= 0, entry.name());
                        }
                        require(
                                there.flip().equals(ByteBuffer.wrap(bytes, 0, length)),
                                entry.name());
                    });
        }
    }

    private static void require(boolean same, String name) throws ArtifactRefused {
        if (!same) {
            throw new ArtifactRefused("%s in the slot is not what was signed".formatted(name));
        }
    }

    private static void requireNoOther(Path directory, Set<Path> expected)
            throws IOException, ArtifactRefused {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            for (Path path : found) {
                require(expected.contains(path), String.valueOf(path.getFileName()));
                if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
                    requireNoOther(path, expected);
                }
            }
        }
    }

    /** One hash over all names, kinds, lengths and contents. */
    static String digest(Path root) throws IOException {
        MessageDigest digest = Hashes.sha256();
        digest(root, "", digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void digest(Path directory, String above, MessageDigest digest)
            throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            for (Path path : found) {
                names.add(String.valueOf(path.getFileName()));
            }
        }
        for (String name : names) {
            Path path = directory.resolve(name);
            String shown = above + name;
            if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
                digest.update((shown + "/\0").getBytes(UTF_8));
                digest(path, shown + "/", digest);
            } else if (Files.isRegularFile(path, NOFOLLOW_LINKS)) {
                try (FileChannel channel = FileChannel.open(path, READ)) {
                    digest.update("%s\0%d\0".formatted(shown, channel.size()).getBytes(UTF_8));
                    Hashes.feed(digest, channel, channel.size());
                }
            } else {
                digest.update((shown + "\0?").getBytes(UTF_8));
            }
        }
    }

    /** Deletes a tree, without following any link. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root, NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(root, NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(root)) {
                for (Path path : found) {
                    delete(path);
                }
            }
        }
        Files.delete(root);
    }

    /** Makes the names in a directory durable. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> attribute(
            Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
