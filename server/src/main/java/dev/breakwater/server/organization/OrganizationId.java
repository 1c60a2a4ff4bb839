/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.organization;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The scope of everything stored: one customer of this server. */
public record OrganizationId(UUID uuid) {

    /** A fresh id. */
    public static OrganizationId fresh() {
        return new OrganizationId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static OrganizationId parse(String text) {
        return new OrganizationId(TimeOrderedUuid.parse(text, "organization id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
