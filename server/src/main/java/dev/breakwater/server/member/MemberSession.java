/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * A person's session, from the log-in to its end.
 *
 * @param source the address the log-in came from
 * @param provenAt when a second factor was proven last; empty if none was
 * @param expiresAt when it ends, whatever its member does
 */
public record MemberSession(
        SessionId id,
        OrganizationId organization,
        MemberId member,
        String source,
        Instant createdAt,
        Instant refreshedAt,
        Optional<Instant> provenAt,
        Instant expiresAt,
        Optional<Instant> endedAt) {

    /** Whether it goes on at this moment. */
    public boolean live(Instant now) {
        return endedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
