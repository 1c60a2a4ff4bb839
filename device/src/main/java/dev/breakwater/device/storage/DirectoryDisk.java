/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A directory only its owner may enter, one file a name, each replaced by write, fsync, rename and
 * fsync of the directory. One process at a time may use it.
 */
public final class DirectoryDisk implements Disk {

    private static final String SUFFIX = ".sealed";

    /** Sealing takes no more than a mebibyte; anything longer was not written by us. */
    private static final int FILE_BYTES_MAX = (1 << 20) + 64;

    private final Path directory;

    private DirectoryDisk(Path directory) {
        this.directory = directory;
    }

    /** Opens the directory, makes it if need be, and removes what a power cut left half written. */
    public static DirectoryDisk open(Path directory) throws IOException {
        DurableFile.createDirectory(directory);
        try (DirectoryStream<Path> strays =
                Files.newDirectoryStream(directory, "*" + SUFFIX + ".tmp")) {
            for (Path stray : strays) {
                Files.delete(stray);
            }
        }
        return new DirectoryDisk(directory);
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        try (InputStream in = Files.newInputStream(file(name))) {
            byte[] content = in.readNBytes(FILE_BYTES_MAX + 1);
            if (content.length > FILE_BYTES_MAX) {
                throw new IOException(
                        "%s is longer than the %d bytes this device writes"
                                .formatted(file(name), FILE_BYTES_MAX));
            }
            return Optional.of(content);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    @Override
    public void replace(String name, byte[] content) throws IOException {
        DurableFile.replace(file(name), content);
    }

    @Override
    public void delete(String name) throws IOException {
        if (Files.deleteIfExists(file(name))) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public SortedSet<String> names() throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                names.add(name.substring(0, name.length() - SUFFIX.length()));
            }
        }
        return names;
    }

    private Path file(String name) {
        return directory.resolve(name + SUFFIX);
    }
}
