/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What is about to ship, on this machine.
 *
 * @param path where it is
 * @param name its file name, which devices and owners see
 * @param length its bytes
 * @param sha256 in lower-case hexadecimal
 */
record LocalArtifact(Path path, String name, long length, String sha256) {

    /** What every file system and every URL takes as it is. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");

    private static final int CHUNK_BYTES = 1 << 16;

    static LocalArtifact of(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!NAME.matcher(name).matches()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "'%s' cannot be the name of a release: 1 to 128 letters, digits and . _ + -, the first a letter or digit"
                            .formatted(name));
        }
        MessageDigest digest = newDigest();
        long length = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            int count = in.read(chunk);
            while (count >= 0) {
                digest.update(chunk, 0, count);
                length += count;
                count = in.read(chunk);
            }
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be read: " + unreadable, unreadable);
        }
        if (length == 0) {
            throw new CommandFailed(ExitCode.USAGE, file + " is empty; nothing would be installed");
        }
        return new LocalArtifact(file, name, length, HexFormat.of().formatHex(digest.digest()));
    }

    /** The SHA-256 of a file, in lower-case hexadecimal. */
    static String sha256(Path file) throws IOException {
        MessageDigest digest = newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            long _ = in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
