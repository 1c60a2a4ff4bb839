/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A person's session, from the log-in to its end.
 *
 * @param source the address the log-in came from
 * @param provenAt when a second factor was proven last; empty if none was
 * @param passwordAt when the password was shown within it last; empty if it was not
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
        Optional<Instant> passwordAt,
        Instant expiresAt,
        Optional<Instant> endedAt) {

    /** When its member proved who they are last, by whatever they have. */
    public Instant lastProofAt() {
        return Stream.of(Optional.of(createdAt), provenAt, passwordAt)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Whether it goes on at this moment. */
    public boolean live(Instant now) {
        return endedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
