/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.organization;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names a member of an organization in lists, logs and the audit trail. */
public record MemberId(UUID uuid) {

    /** A fresh id. */
    public static MemberId fresh() {
        return new MemberId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static MemberId parse(String text) {
        return new MemberId(TimeOrderedUuid.parse(text, "member id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
