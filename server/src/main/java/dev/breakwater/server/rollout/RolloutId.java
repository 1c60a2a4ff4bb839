/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one rollout. */
public record RolloutId(UUID uuid) {

    /** A fresh id. */
    public static RolloutId fresh() {
        return new RolloutId(TimeOrderedUuid.fresh());
    }

    /** A fresh id that is greater than this one, though it was made by a clock that was ahead. */
    static RolloutId freshAfter(RolloutId newest) {
        return new RolloutId(TimeOrderedUuid.freshAfter(newest.uuid()));
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static RolloutId parse(String text) {
        return new RolloutId(TimeOrderedUuid.parse(text, "rollout id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
