/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** Names a set-up ticket: its {@code jti} (RFC 7519 section 4.1.7). */
public record TicketId(UUID uuid) {

    /** A fresh id. */
    public static TicketId fresh() {
        return new TicketId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static TicketId parse(String text) {
        return new TicketId(TimeOrderedUuid.parse(text, "ticket id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
