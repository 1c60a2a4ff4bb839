/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * An API token without its secret.
 *
 * @param name 1 to 100 characters, for people
 * @param lastUsedAt to the minute
 */
public record ApiToken(
        TokenId id,
        OrganizationId organization,
        String name,
        Role role,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> revokedAt) {

    /** Whether it is good at this moment. */
    public boolean live(Instant now) {
        return revokedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
