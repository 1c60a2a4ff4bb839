/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names a second factor. */
public record FactorId(UUID uuid) {

    static FactorId fresh() {
        return new FactorId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static FactorId parse(String text) {
        return new FactorId(TimeOrderedUuid.parse(text, "factor id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
