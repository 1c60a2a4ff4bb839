/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Keeps trust in a directory: {@code root.json}, {@code timestamp.json} and so on. */
public final class DirectoryTrustStore implements TrustStore {

    private final Path directory;

    /** The directory is made when something is kept. */
    public DirectoryTrustStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<byte[]> read(String role) throws IOException {
        Path file = fileOf(role);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.size(file) > MetadataLimits.TARGETS_BYTES_MAX) {
            return Optional.empty();
        }
        return Optional.of(Files.readAllBytes(file));
    }

    @Override
    public void write(String role, byte[] file) throws IOException {
        DurableFile.createDirectory(directory);
        DurableFile.replace(fileOf(role), file);
    }

    @Override
    public void remove(String role) throws IOException {
        if (Files.deleteIfExists(fileOf(role))) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private Path fileOf(String role) {
        return directory.resolve(FileNames.quoted(role) + ".json");
    }
}
