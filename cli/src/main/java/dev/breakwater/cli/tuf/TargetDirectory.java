/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.tuf;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.trust.BoundedDownload;
import dev.breakwater.protocol.update.trust.FileNames;
import dev.breakwater.protocol.update.trust.FoundTarget;
import dev.breakwater.protocol.update.trust.RemoteFiles;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Targets in one directory, each under its whole path, quoted into one name. */
final class TargetDirectory {

    private static final int NAME_CHARACTERS_MAX = 200;
    private static final int PIECE_BYTES = 64 * 1024;

    private final Path directory;

    TargetDirectory(Path directory) {
        this.directory = directory;
    }

    /** Fetches the target, if it is not there already as it has to be. */
    Path keep(FoundTarget target, RemoteFiles remote) throws UpdateRefused, IOException {
        Path file = fileOf(target.path());
        if (Files.isRegularFile(file) && is(target.file(), file)) {
            return file;
        }
        InputStream source =
                remote.open(target.remotePath())
                        .orElseThrow(
                                () ->
                                        new UpdateRefused(
                                                UpdateFault.MISSING,
                                                "the repository has no such file"));
        Files.createDirectories(directory);
        Path unverified = Files.createTempFile(directory, ".unverified-", "");
        try {
            try (OutputStream sink = Files.newOutputStream(unverified)) {
                new BoundedDownload(System::nanoTime).target(target.file(), source, sink);
            }
            Files.move(unverified, file, ATOMIC_MOVE, REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unverified);
        }
        return file;
    }

    private Path fileOf(String path) {
        String name = FileNames.quoted(path);
        return directory.resolve(
                name.length() <= NAME_CHARACTERS_MAX
                        ? name
                        : FileHashes.sha256(path.getBytes(StandardCharsets.UTF_8))
                                .sha256()
                                .orElseThrow());
    }

    private static boolean is(TargetFile target, Path file) throws IOException {
        if (Files.size(file) != target.length()) {
            return false;
        }
        var comparison = target.hashes().comparison();
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream content = Files.newInputStream(file)) {
            for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
                comparison.update(piece, 0, count);
            }
        }
        return comparison.agrees();
    }
}
