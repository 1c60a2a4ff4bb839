/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sealing key derived from a passphrase with Argon2id (RFC 9106). The salt, the cost and a
 * verifier lie in a small file in the data directory; the passphrase lies nowhere, so somebody must
 * give it at every start.
 *
 * @param text what the operator typed
 * @param dataDirectory where the header file {@value #HEADER_FILE} lies
 */
public record Passphrase(SecretText text, Path dataDirectory) implements SealingKeySource {

    /** The file with salt, cost and verifier. It is no secret, but nothing opens without it. */
    public static final String HEADER_FILE = "sealing-passphrase.header";

    /** The shortest passphrase for a new data directory: a stolen disk can be tried for years. */
    public static final int CHARS_MIN = 16;

    @Override
    public SealingKey open() throws SealingKeyUnavailable {
        Path file = headerFile();
        PassphraseHeader header;
        try {
            if (!Files.isRegularFile(file)) {
                throw new SealingKeyUnavailable(
                        file
                                + " is not there; without it the passphrase opens nothing: restore it"
                                + " from a backup of the data directory");
            }
            header = PassphraseHeader.read(file);
        } catch (IOException unreadable) {
            throw new SealingKeyUnavailable(file + " cannot be read", unreadable);
        }
        SealingKey key = header.derive(text);
        try {
            key.open(header.verifier(), header.parameters());
            return key;
        } catch (SealBroken wrong) {
            key.destroy();
            throw new SealingKeyUnavailable(
                    "the passphrase is wrong for "
                            + dataDirectory
                            + ", or "
                            + file
                            + " was changed",
                    wrong);
        }
    }

    /**
     * Starts a data directory that holds nothing yet: draws a salt and writes the header.
     *
     * @throws SealingKeyUnavailable if the passphrase is short or there is a header already
     */
    public SealingKey create() throws SealingKeyUnavailable {
        requireLong(text);
        byte[] salt = SecureBytes.fresh(PassphraseHeader.SALT_BYTES);
        PassphraseHeader unverified = PassphraseHeader.withDefaultCost(salt);
        SealingKey key = unverified.derive(text);
        // The cost and the salt are the context: whoever changes them in the file breaks the seal.
        byte[] verifier = key.seal(new byte[0], unverified.parameters());
        try {
            DurableFile.createDirectory(dataDirectory);
            DurableFile.create(headerFile(), unverified.withVerifier(verifier).encoded());
            return key;
        } catch (FileAlreadyExistsException exists) {
            key.destroy();
            throw new SealingKeyUnavailable(headerFile() + " exists and is not replaced", exists);
        } catch (IOException unwritable) {
            key.destroy();
            throw new SealingKeyUnavailable(headerFile() + " cannot be written", unwritable);
        }
    }

    static void requireLong(SecretText text) throws SealingKeyUnavailable {
        if (text.length() < CHARS_MIN) {
            throw new SealingKeyUnavailable(
                    "the passphrase has "
                            + text.length()
                            + " characters; take at least "
                            + CHARS_MIN
                            + ", for example five random words");
        }
    }

    private Path headerFile() {
        return dataDirectory.resolve(HEADER_FILE);
    }
}
