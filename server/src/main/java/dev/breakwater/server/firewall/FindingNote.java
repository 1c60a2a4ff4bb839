/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Map;

/**
 * Something odd that was noticed and is not stored yet.
 *
 * @param evidence of the last time
 * @param count how often
 */
public record FindingNote(
        Key key, Map<String, String> evidence, long count, Instant first, Instant last) {

    /** What makes two oddities one finding. */
    public record Key(OrganizationId organization, FindingKind kind, String subject) {}

    /** Copies the evidence. */
    public FindingNote {
        evidence = Map.copyOf(evidence);
    }

    /** The two together; the other one is later. */
    FindingNote and(FindingNote later) {
        return new FindingNote(key, later.evidence, count + later.count, first, later.last);
    }
}
