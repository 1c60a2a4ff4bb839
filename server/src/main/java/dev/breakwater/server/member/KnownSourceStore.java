/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * Where the secrets lie by which browsers and command lines are known from which a member has
 * logged in. Another password, the end of all other sessions and the disabling of a member end them
 * all; they open nothing, so that they leave no entries in the audit log of their own.
 */
public interface KnownSourceStore {

    /** Whether a member's secret is good. */
    boolean isKnown(OrganizationId organization, MemberId member, SecretDigest secret, Instant now);

    /**
     * Stores a member's secret, or lets it live longer. Of a member who has as many as may be the
     * one goes that was used least lately.
     */
    void remember(
            OrganizationId organization,
            MemberId member,
            SecretDigest secret,
            Instant now,
            Instant expiresAt,
            int countMax);
}
