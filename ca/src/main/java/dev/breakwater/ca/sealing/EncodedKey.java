/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.sealing.SealingKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/**
 * The one form of a sealing key outside this process: 32 bytes as 44 characters of base64 and a
 * line feed, which {@code openssl rand -base64 32} makes and a person can put into a safe.
 */
final class EncodedKey {

    private static final int CHARS = 44;
    private static final int FILE_BYTES_MAX = CHARS + 2;

    private EncodedKey() {}

    static byte[] random() {
        byte[] key = SecureBytes.fresh(SealingKey.KEY_BYTES);
        byte[] encoded = Arrays.copyOf(Base64.getEncoder().encode(key), CHARS + 1);
        encoded[CHARS] = '\n';
        Arrays.fill(key, (byte) 0);
        return encoded;
    }

    static SealingKey read(Path file) throws SealingKeyUnavailable {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(FILE_BYTES_MAX + 1);
        } catch (IOException unreadable) {
            throw new SealingKeyUnavailable("sealing key " + file + " cannot be read", unreadable);
        }
        try {
            return decode(content);
        } catch (IllegalArgumentException notAKey) {
            // The cause is left out: it may quote the key.
            throw new SealingKeyUnavailable(
                    "sealing key "
                            + file
                            + " does not hold 32 random bytes as 44 characters of base64; if nothing"
                            + " was sealed with it yet, make one with: openssl rand -base64 32");
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static SealingKey decode(byte[] content) {
        int length = content.length;
        if (length > 0 && content[length - 1] == '\n') {
            length--;
        }
        if (length > 0 && content[length - 1] == '\r') {
            length--;
        }
        if (length != CHARS) {
            throw new IllegalArgumentException("wrong length");
        }
        byte[] text = Arrays.copyOf(content, length);
        byte[] key = Base64.getDecoder().decode(text);
        try {
            return SealingKey.of(key);
        } finally {
            Arrays.fill(text, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }
}
