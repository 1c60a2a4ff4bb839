/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A wrapping key in a file of its own: 32 bytes, mode 0600, a regular file and no link.
 *
 * <p>Keep the file off the storage it protects: on another partition, and out of every backup. Who
 * holds both holds the device's identity; a cryptoprocessor behind {@link WrappingKey} is the way
 * to stop that.
 */
public final class WrappingKeyFile implements WrappingKey {

    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(OWNER_READ, OWNER_WRITE);

    private final SealingKey key;

    private WrappingKeyFile(SealingKey key) {
        this.key = key;
    }

    /**
     * Reads the key, or makes one at the first start.
     *
     * @throws IOException if the file cannot be read or made, is not {@value SealingKey#KEY_BYTES}
     *     bytes long, or may be read by anyone but its owner
     */
    public static WrappingKeyFile openOrCreate(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            create(file);
        }
        return open(file);
    }

    /**
     * Destroys the key in the file: overwritten, then removed. What it sealed is noise from then
     * on, but for what flash keeps of the old block and this process of the key in memory.
     */
    public static void destroy(Path file) throws IOException {
        DurableFile.destroy(file);
        // What a power cut may have left while a key was made.
        DurableFile.destroy(file.resolveSibling(file.getFileName() + ".tmp"));
    }

    private static void create(Path file) throws IOException {
        byte[] fresh = SecureBytes.fresh(SealingKey.KEY_BYTES);
        try {
            // Replace, not create: a power cut must not leave a short key under the final name.
            DurableFile.replace(file, fresh);
        } finally {
            Arrays.fill(fresh, (byte) 0);
        }
    }

    private static WrappingKeyFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("the wrapping key " + file + " is not a regular file");
        }
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException(
                    "the wrapping key %s may be used by others than its owner: chmod 600 it, or replace it if they may have read it"
                            .formatted(file));
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(SealingKey.KEY_BYTES + 1);
        }
        try {
            return new WrappingKeyFile(SealingKey.of(content));
        } catch (IllegalArgumentException notAKey) {
            throw new IOException("the wrapping key " + file + " is damaged", notAKey);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    @Override
    public byte[] seal(byte[] content, byte[] context) {
        return key.seal(content, context);
    }

    @Override
    public byte[] open(byte[] sealed, byte[] context) throws SealBroken {
        return key.open(sealed, context);
    }

    @Override
    public String toString() {
        return "WrappingKeyFile[REDACTED]";
    }
}
