/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names an envelope key in the API and in the audit log; envelopes have a shorter name for it. */
public record EnvelopeKeyId(UUID uuid) {

    /** A fresh id. */
    public static EnvelopeKeyId fresh() {
        return new EnvelopeKeyId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static EnvelopeKeyId parse(String text) {
        return new EnvelopeKeyId(TimeOrderedUuid.parse(text, "envelope key id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
