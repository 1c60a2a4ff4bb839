/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * A person who belongs to an organization.
 *
 * @param name 1 to 100 characters, for people
 * @param disabledAt since when the member may not log in
 * @param version rises with each change of the above
 */
public record Member(
        MemberId id,
        OrganizationId organization,
        Email email,
        String name,
        Role role,
        Instant createdAt,
        Optional<Instant> disabledAt,
        long version) {

    /** The same member in another role. */
    Member withRole(Role other) {
        return new Member(id, organization, email, name, other, createdAt, disabledAt, version);
    }

    /** Kept out since then, or since earlier if so already. */
    Member disabledSince(Instant at) {
        Optional<Instant> since = Optional.of(disabledAt.orElse(at));
        return new Member(id, organization, email, name, role, createdAt, since, version);
    }

    /** Let in again. */
    Member enabled() {
        return new Member(
                id, organization, email, name, role, createdAt, Optional.empty(), version);
    }
}
