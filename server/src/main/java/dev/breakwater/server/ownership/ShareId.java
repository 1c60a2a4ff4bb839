/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names one share of a device, from the moment it is offered. */
public record ShareId(UUID uuid) {

    /** A fresh id. */
    public static ShareId fresh() {
        return new ShareId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static ShareId parse(String text) {
        return new ShareId(TimeOrderedUuid.parse(text, "share id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
