/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one use of an enrollment code. */
public record RedemptionId(UUID uuid) {

    /** A fresh id. */
    public static RedemptionId fresh() {
        return new RedemptionId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static RedemptionId parse(String text) {
        return new RedemptionId(TimeOrderedUuid.parse(text, "enrollment id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
