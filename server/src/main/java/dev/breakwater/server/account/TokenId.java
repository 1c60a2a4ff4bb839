/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The public half of an API token: names it in lists, logs and the audit trail. */
public record TokenId(UUID uuid) {

    /** A fresh id. */
    public static TokenId fresh() {
        return new TokenId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static TokenId parse(String text) {
        return new TokenId(TimeOrderedUuid.parse(text, "token id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
