/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names the link between a member and their account at an identity provider. */
public record LinkId(UUID uuid) {

    static LinkId fresh() {
        return new LinkId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static LinkId parse(String text) {
        return new LinkId(TimeOrderedUuid.parse(text, "link id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
