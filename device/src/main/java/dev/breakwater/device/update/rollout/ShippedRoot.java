/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.protocol.update.metadata.MetadataLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The product's {@code root.json}, as it was shipped: where trust in releases begins. */
public final class ShippedRoot {

    private final byte[] file;

    private ShippedRoot(byte[] file) {
        this.file = file;
    }

    /** These bytes; a copy is taken. Whether they are a root is found out when they are used. */
    public static ShippedRoot of(byte[] file) {
        return new ShippedRoot(file.clone());
    }

    /**
     * A file that lies where the running version does, and is verified as it is.
     *
     * @throws IOException if it cannot be read or is longer than a root may be
     */
    public static ShippedRoot in(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MetadataLimits.ROOT_BYTES_MAX + 1);
            if (content.length > MetadataLimits.ROOT_BYTES_MAX) {
                throw new IOException(
                        "%s must be at most %d bytes"
                                .formatted(file, MetadataLimits.ROOT_BYTES_MAX));
            }
            return new ShippedRoot(content);
        }
    }

    byte[] bytes() {
        return file.clone();
    }
}
