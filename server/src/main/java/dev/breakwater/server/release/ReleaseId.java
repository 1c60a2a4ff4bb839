/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one release of a product. */
public record ReleaseId(UUID uuid) {

    /** A fresh id. */
    public static ReleaseId fresh() {
        return new ReleaseId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static ReleaseId parse(String text) {
        return new ReleaseId(TimeOrderedUuid.parse(text, "release id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
