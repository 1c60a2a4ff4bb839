/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.label;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names a label in lists and in the audit trail. */
public record DeviceLabelId(UUID uuid) {

    /** A fresh id. */
    public static DeviceLabelId fresh() {
        return new DeviceLabelId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static DeviceLabelId parse(String text) {
        return new DeviceLabelId(TimeOrderedUuid.parse(text, "device label id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
