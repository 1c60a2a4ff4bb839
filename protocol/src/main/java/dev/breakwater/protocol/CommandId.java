/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import java.util.UUID;

/**
 * The server's name for one command; it stands in the topics {@code me/commands/{id}} and {@code
 * me/commands/{id}/reply}.
 */
public record CommandId(UUID uuid) {

    /** A fresh id, ordered by time of creation. */
    public static CommandId fresh() {
        return new CommandId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static CommandId parse(String text) {
        return new CommandId(TimeOrderedUuid.parse(text, "command id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
