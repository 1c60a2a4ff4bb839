/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one finding. */
public record FindingId(UUID uuid) {

    /** A fresh id. */
    public static FindingId fresh() {
        return new FindingId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static FindingId parse(String text) {
        return new FindingId(TimeOrderedUuid.parse(text, "finding id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
