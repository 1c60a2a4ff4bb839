/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.server.durability.StorageUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What is done with the files of artifacts, and how it is said when it fails. */
final class ArtifactFiles {

    private static final int PIECE_BYTES = 256 * 1024;

    private ArtifactFiles() {}

    /** Something that is done on a disk or over a network. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does it, and names what failed for the operator. */
    static <T> T doing(String what, Work<T> work) {
        try {
            return work.run();
        } catch (IOException failed) {
            throw new StorageUnavailable(
                    "%s failed: %s".formatted(what, failed.getMessage()), failed);
        }
    }

    static ArtifactHash hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
            }
        }
        return new ArtifactHash(HexFormat.of().formatHex(digest.digest()));
    }

    /** A name is durable, or gone, when the directory that holds it is on disk. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
