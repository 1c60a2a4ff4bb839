/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Where members and invitations are kept. What changes something is durable, with its audit entry,
 * when it returns.
 */
public interface MemberStore {

    /** One member, disabled ones included. */
    Optional<Member> member(OrganizationId organization, MemberId id);

    /** Members in order of their ids, after {@code after}. */
    List<Member> members(OrganizationId organization, Optional<MemberId> after, int countMax);

    /** Whoever logs in by this address, in whatever organization. */
    @Unscoped("the address is what tells whose it is")
    List<Known> withEmail(Email email, int countMax);

    /** One member with what is needed to judge a log-in. */
    Optional<Known> known(OrganizationId organization, MemberId id);

    /** What the organization is called, and then what its products are. */
    List<String> ownNames(OrganizationId organization, int countMax);

    /**
     * Gives a member another password, ends all their sessions but this one, and forgets their
     * known sources.
     */
    void changePassword(
            OrganizationId organization,
            MemberId id,
            PasswordHash password,
            SessionId kept,
            Instant at,
            AuditEvent event);

    /**
     * Changes a member, unless the organization would be left without an owner who can log in.
     * Disabling ends the member's sessions and known sources in the same transaction.
     *
     * @param expectedVersion only if the member still has this version; empty for whatever version
     * @param allowed judges the member as it is in the very transaction that changes it
     */
    Change change(
            OrganizationId organization,
            MemberId id,
            Optional<Long> expectedVersion,
            Predicate<Member> allowed,
            UnaryOperator<Member> change,
            Instant at,
            AuditEvent event);

    /** Stores an invitation; one for the same address is replaced. */
    Invited invite(
            OrganizationId organization,
            Invitation invitation,
            SecretDigest code,
            int openMax,
            AuditEvent event);

    /** Open invitations in order of their ids, after {@code after}. */
    List<Invitation> invitations(
            OrganizationId organization, Optional<InvitationId> after, Instant now, int countMax);

    /** Withdraws an invitation; false if the organization has no such. */
    boolean withdraw(OrganizationId organization, InvitationId id, AuditEvent event);

    /** The open invitation that a code belongs to. */
    @Unscoped("the code is what tells whose it is")
    Optional<Invitation> invitation(SecretDigest code, Instant now);

    /**
     * Uses an invitation up and stores the member it makes, in one transaction.
     *
     * @return false if it is used, withdrawn or expired by now
     */
    boolean accept(
            OrganizationId organization,
            Invitation invitation,
            Member member,
            PasswordHash password,
            AuditEvent event);

    /** What is needed to judge a log-in. */
    record Known(Member member, PasswordHash password, boolean organizationEnabled) {}

    /** What became of a change. */
    sealed interface Change {

        /** The member as it is now. */
        record Changed(Member member) implements Change {}

        /** The organization has no such member. */
        record NoSuchMember() implements Change {}

        /** Whoever asked may not change this member as it is. */
        record Forbidden(Member before) implements Change {}

        /** The member is the last owner who can log in. */
        record LastOwner() implements Change {}

        /** Somebody else changed the member first. */
        record VersionMismatch(Member current) implements Change {}
    }

    /** What became of an invitation. */
    sealed interface Invited {

        /** It is open now. */
        record Stored() implements Invited {}

        /** Somebody with this address is a member already. */
        record MemberAlready() implements Invited {}

        /** As many are open as may be. */
        record TooMany(int openMax) implements Invited {}
    }
}
