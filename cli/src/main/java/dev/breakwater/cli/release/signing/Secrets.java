/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.ca.sealing.Passphrase;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Passphrases and PINs, as they were typed or lie in files that only their owner can read. */
final class Secrets {

    private static final int FILE_BYTES_MAX = 4_096;
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private Secrets() {}

    /** What was typed; refuses nothing at all. */
    static SecretText of(String typed, String noun) {
        char[] characters = typed.toCharArray();
        try {
            return SecretText.of(characters);
        } catch (IllegalArgumentException outside) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the %s cannot be used: %s".formatted(noun, outside.getMessage()),
                    outside);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /** The one line of a file. */
    static SecretText in(Path file, String noun) {
        try {
            if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        "the file of the %s %s can be read by others; run: chmod 0600 %s"
                                .formatted(noun, file, file));
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new CommandFailed(
                        ExitCode.USAGE, "%s is too long to be a %s".formatted(file, noun));
            }
            String text = Files.readString(file);
            return of(text.replaceFirst("\r?\n$", ""), noun + " in " + file);
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the file of the %s %s cannot be read: %s".formatted(noun, file, unreadable),
                    unreadable);
        }
    }

    /** For a new key: whoever finds its file may guess for years. */
    static SecretText requireLong(SecretText passphrase) {
        if (passphrase.length() < Passphrase.CHARS_MIN) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "a passphrase for a key that signs releases has at least %d characters; some words"
                                    .formatted(Passphrase.CHARS_MIN)
                            + " that do not belong together are good. Nothing was made");
        }
        return passphrase;
    }
}
