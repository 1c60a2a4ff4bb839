/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.TimeOrderedUuid;
import dev.breakwater.server.account.CallerId;
import java.util.UUID;

/** Names a person's session in lists, logs and the audit trail. */
public record SessionId(UUID uuid) {

    static SessionId fresh() {
        return new SessionId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static SessionId parse(String text) {
        return new SessionId(TimeOrderedUuid.parse(text, "session id"));
    }

    /** The same, as what lets a caller in. */
    public CallerId asCaller() {
        return new CallerId(uuid);
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
