/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names an invitation in lists, logs and the audit trail. */
public record InvitationId(UUID uuid) {

    static InvitationId fresh() {
        return new InvitationId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static InvitationId parse(String text) {
        return new InvitationId(TimeOrderedUuid.parse(text, "invitation id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
