/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one upload of an artifact. */
public record UploadId(UUID uuid) {

    /** A fresh id. */
    public static UploadId fresh() {
        return new UploadId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static UploadId parse(String text) {
        return new UploadId(TimeOrderedUuid.parse(text, "upload id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
