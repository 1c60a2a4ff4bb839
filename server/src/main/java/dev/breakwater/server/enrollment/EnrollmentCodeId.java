/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one enrollment code; no secret. */
public record EnrollmentCodeId(UUID uuid) {

    /** A fresh id. */
    public static EnrollmentCodeId fresh() {
        return new EnrollmentCodeId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static EnrollmentCodeId parse(String text) {
        return new EnrollmentCodeId(TimeOrderedUuid.parse(text, "enrollment code id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
