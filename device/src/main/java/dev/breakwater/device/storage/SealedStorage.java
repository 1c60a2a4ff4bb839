/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.sealing.SealBroken;
import java.io.IOException;
import java.io.Serial;
import java.util.Optional;
import java.util.SortedSet;
import java.util.regex.Pattern;

/**
 * The device's memory: small named contents, each sealed under the wrapping key with its name as
 * context, so that nothing on the medium can be read, changed or swapped.
 *
 * <pre>{@code
 * SealedStorage storage =
 *         new SealedStorage(
 *                 DirectoryDisk.open(Path.of("/data/breakwater")),
 *                 WrappingKeyFile.openOrCreate(Path.of("/persist/wrapping.key")));
 * storage.write("wifi", credentials);
 * }</pre>
 *
 * <p>Names are 1 to 64 characters of {@code a-z 0-9 -}; contents are at most 1 MiB. Safe for use by
 * many threads; a write returns when it is durable.
 */
public final class SealedStorage {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final String CONTEXT_PREFIX = "breakwater device storage: ";

    private final Disk disk;
    private final WrappingKey wrappingKey;

    /** A storage on a medium, under a key. */
    public SealedStorage(Disk disk, WrappingKey wrappingKey) {
        this.disk = disk;
        this.wrappingKey = wrappingKey;
    }

    /**
     * The content under a name, or nothing if it was never written.
     *
     * @throws Damaged if the content does not open
     * @throws IOException if the medium cannot be read
     */
    public Optional<byte[]> read(String name) throws IOException {
        Optional<byte[]> sealed = disk.read(requireName(name));
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(wrappingKey.open(sealed.get(), context(name)));
        } catch (SealBroken broken) {
            throw new Damaged(name, broken);
        }
    }

    /** Seals the content and puts it in place of whatever the name held. */
    public void write(String name, byte[] content) throws IOException {
        disk.replace(requireName(name), wrappingKey.seal(content, context(name)));
    }

    /**
     * Forgets a name. Flash may keep the sealed bytes for a while; without the key they are noise.
     */
    public void delete(String name) throws IOException {
        disk.delete(requireName(name));
    }

    /** All names that hold something. */
    public SortedSet<String> names() throws IOException {
        return disk.names();
    }

    private static byte[] context(String name) {
        return (CONTEXT_PREFIX + name).getBytes(UTF_8);
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a name in storage is 1 to 64 characters of a-z 0-9 -");
        }
        return name;
    }

    /** A content did not open: it was changed, or sealed under another wrapping key. */
    public static final class Damaged extends IOException {

        @Serial private static final long serialVersionUID = 1;

        Damaged(String name, SealBroken cause) {
            super(
                    "the stored %s was changed or sealed under another wrapping key: restore the key, or erase the storage and enroll the device anew"
                            .formatted(name),
                    cause);
        }
    }
}
