/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where the secrets lie by which forgotten passwords are replaced; a member has one at most. What
 * changes something is durable, with its audit entry, when it returns.
 */
public interface PasswordResetStore {

    /**
     * Stores a member's secret; an earlier one is good no longer.
     *
     * @param allowed judges the member as it is in the very transaction that stores it
     */
    Issued issue(
            OrganizationId organization,
            MemberId id,
            SecretDigest code,
            Instant at,
            Instant expiresAt,
            Predicate<Member> allowed,
            AuditEvent event);

    /** The member whom a secret belongs to, if they may log in. */
    @Unscoped("the code is what tells whose it is")
    Optional<Member> member(SecretDigest code, Instant now);

    /**
     * Uses a secret up, gives its member another password and ends all their sessions, in one
     * transaction. Second factors stay.
     *
     * @return false if it is used, replaced or expired by now
     */
    boolean use(
            OrganizationId organization,
            MemberId id,
            SecretDigest code,
            PasswordHash password,
            Instant at,
            AuditEvent event);

    /** What became of the wish for a secret. */
    sealed interface Issued {

        /** It is good now, for this member. */
        record Stored(Member member) implements Issued {}

        /** The organization has no such member. */
        record NoSuchMember() implements Issued {}

        /** Whoever asked may not do it to this member as it is. */
        record Forbidden(Member member) implements Issued {}

        /** The member is kept out, and another password would let nobody in. */
        record Disabled() implements Issued {}
    }
}
