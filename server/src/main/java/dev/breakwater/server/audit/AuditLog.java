/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.util.List;

/**
 * The log as others see it. A change writes its entry in its own transaction; what is no change is
 * written here.
 */
public interface AuditLog {

    /**
     * Appends an event that accompanies no stored change, such as a refusal. Returns at once; the
     * entry becomes durable with the next group commit. When the store is unavailable the event is
     * counted and logged, not kept.
     */
    @Unscoped("an event names its organization itself, and a refusal of somebody unknown has none")
    void append(AuditEvent event);

    /**
     * The organization's entries, newest first.
     *
     * @param beforeSequence only entries older than this one; {@link Long#MAX_VALUE} to begin
     * @param countMax at most this many
     */
    List<AuditEntry> entries(OrganizationId organization, long beforeSequence, int countMax);
}
