/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one artifact of a product. */
public record ArtifactId(UUID uuid) {

    /** A fresh id. */
    public static ArtifactId fresh() {
        return new ArtifactId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static ArtifactId parse(String text) {
        return new ArtifactId(TimeOrderedUuid.parse(text, "artifact id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
