/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The people of an organization: how they come in, what they may do, how they go. Blocks. */
public final class Members {

    /** How long an invitation is good. */
    public static final Duration INVITATION_LIFE = Duration.ofDays(7);

    private final MemberStore store;
    private final PasswordWords words;
    private final Passwords passwords;
    private final PasswordRules rules = new PasswordRules();
    private final Limits limits;
    private final Clock clock;

    Members(
            MemberStore store,
            PasswordWords words,
            Passwords passwords,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.words = words;
        this.passwords = passwords;
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of an invitation. */
    public sealed interface Inviting {

        /** It is open; the code is shown this once. */
        record Done(Invitation invitation, InvitationCode code) implements Inviting {}

        /** The address is none. */
        record NoAddress() implements Inviting {}

        /** The role gives what the inviter has not. */
        record BeyondInviter(Set<Permission> beyond) implements Inviting {}

        /** Somebody with this address is a member already. */
        record MemberAlready() implements Inviting {}

        /** As many are open as may be. */
        record TooMany(int openMax) implements Inviting {}
    }

    /** What became of an acceptance. */
    public sealed interface Accepting {

        /** The invited is a member now, and can log in. */
        record Done(Member member) implements Accepting {}

        /** The code is wrong, used, withdrawn or expired. */
        record CodeRefused() implements Accepting {}

        /** The password is not taken; the code is still good. */
        record PasswordRefused(String why) implements Accepting {}
    }

    /** What became of a change. */
    public sealed interface Changing {

        /** The member as it is now. */
        record Done(Member member) implements Changing {}

        /** The organization has no such member. */
        record NoSuchMember() implements Changing {}

        /** The role, the old or the new one, gives what the caller has not. */
        record BeyondCaller(Set<Permission> beyond) implements Changing {}

        /** The organization would be left without an owner who can log in. */
        record LastOwner() implements Changing {}

        /** Somebody else changed the member first. */
        record VersionMismatch(Member current) implements Changing {}
    }

    /** Members in order of their ids, after {@code after}. */
    public List<Member> members(
            OrganizationId organization, Optional<MemberId> after, int countMax) {
        return store.members(organization, after, countMax);
    }

    /** One member, disabled ones included. */
    public Optional<Member> member(OrganizationId organization, MemberId id) {
        return store.member(organization, id);
    }

    /** Open invitations in order of their ids, after {@code after}. */
    public List<Invitation> invitations(
            OrganizationId organization, Optional<InvitationId> after, int countMax) {
        return store.invitations(organization, after, clock.instant(), countMax);
    }

    /** Invites somebody, who cannot be given more than the inviter has. */
    public Inviting invite(AuthenticatedCaller inviter, String address, Role role) {
        Optional<Email> email = Email.parse(address);
        if (email.isEmpty()) {
            return new Inviting.NoAddress();
        }
        Set<Permission> beyond = beyond(inviter, role);
        if (!beyond.isEmpty()) {
            return new Inviting.BeyondInviter(beyond);
        }
        Instant now = clock.instant();
        Invitation invitation =
                new Invitation(
                        InvitationId.fresh(),
                        inviter.organization(),
                        email.get(),
                        role,
                        now,
                        now.plus(INVITATION_LIFE));
        InvitationCode code = InvitationCode.fresh();
        MemberStore.Invited invited =
                store.invite(
                        inviter.organization(),
                        invitation,
                        code.digest(),
                        limits.of(Limit.INVITATIONS_PER_ORGANIZATION),
                        event(
                                inviter,
                                AuditAction.MEMBER_INVITED,
                                "invitation:" + invitation.id(),
                                role));
        return switch (invited) {
            case MemberStore.Invited.Stored() -> new Inviting.Done(invitation, code);
            case MemberStore.Invited.MemberAlready() -> new Inviting.MemberAlready();
            case MemberStore.Invited.TooMany(int openMax) -> new Inviting.TooMany(openMax);
        };
    }

    /** Withdraws an invitation; false if the organization has no such. */
    public boolean withdraw(AuthenticatedCaller caller, InvitationId id) {
        AuditEvent event =
                AuditEvent.of(
                        caller.organization(),
                        caller.actor(),
                        AuditAction.MEMBER_INVITATION_WITHDRAWN,
                        "invitation:" + id,
                        Map.of());
        return store.withdraw(caller.organization(), id, event);
    }

    /** Makes a member of whoever has the code. */
    public Accepting accept(String code, String name, String password) {
        Optional<Invitation> open =
                store.invitation(InvitationCode.shown(code).digest(), clock.instant());
        if (open.isEmpty()) {
            return new Accepting.CodeRefused();
        }
        Invitation invitation = open.get();
        Optional<String> why =
                rules.refusal(
                        password, words.of(invitation.organization(), invitation.email(), name));
        if (why.isPresent()) {
            return new Accepting.PasswordRefused(why.get());
        }
        Member member =
                new Member(
                        MemberId.fresh(),
                        invitation.organization(),
                        invitation.email(),
                        name,
                        invitation.role(),
                        clock.instant(),
                        Optional.empty(),
                        1);
        AuditEvent event =
                AuditEvent.of(
                        invitation.organization(),
                        new Actor.Person(member.id().toString()),
                        AuditAction.MEMBER_JOINED,
                        "member:" + member.id(),
                        Map.of(
                                "invitation", invitation.id().toString(),
                                "role", member.role().code()));
        boolean accepted =
                store.accept(
                        invitation.organization(),
                        invitation,
                        member,
                        passwords.hash(password),
                        event);
        return accepted ? new Accepting.Done(member) : new Accepting.CodeRefused();
    }

    /** Gives a member another role; the member's sessions go on with it. */
    public Changing changeRole(
            AuthenticatedCaller caller, MemberId id, Role role, Optional<Long> expectedVersion) {
        Set<Permission> beyond = beyond(caller, role);
        if (!beyond.isEmpty()) {
            return new Changing.BeyondCaller(beyond);
        }
        return change(
                caller,
                id,
                expectedVersion,
                member -> member.withRole(role),
                event(caller, AuditAction.MEMBER_ROLE_CHANGED, "member:" + id, role));
    }

    /** Keeps a member out and ends all their sessions, or lets them in again. */
    public Changing disable(AuthenticatedCaller caller, MemberId id, boolean disabled) {
        Instant now = clock.instant();
        return change(
                caller,
                id,
                Optional.empty(),
                member -> disabled ? member.disabledSince(now) : member.enabled(),
                AuditEvent.of(
                        caller.organization(),
                        caller.actor(),
                        disabled ? AuditAction.MEMBER_DISABLED : AuditAction.MEMBER_ENABLED,
                        "member:" + id,
                        Map.of()));
    }

    private Changing change(
            AuthenticatedCaller caller,
            MemberId id,
            Optional<Long> expectedVersion,
            UnaryOperator<Member> change,
            AuditEvent event) {
        MemberStore.Change outcome =
                store.change(
                        caller.organization(),
                        id,
                        expectedVersion,
                        before -> beyond(caller, before.role()).isEmpty(),
                        change,
                        clock.instant(),
                        event);
        return switch (outcome) {
            case MemberStore.Change.Forbidden(Member before) ->
                    new Changing.BeyondCaller(beyond(caller, before.role()));
            case MemberStore.Change.Changed(Member member) -> new Changing.Done(member);
            case MemberStore.Change.NoSuchMember() -> new Changing.NoSuchMember();
            case MemberStore.Change.LastOwner() -> new Changing.LastOwner();
            case MemberStore.Change.VersionMismatch(Member current) ->
                    new Changing.VersionMismatch(current);
        };
    }

    static Set<Permission> beyond(AuthenticatedCaller caller, Role role) {
        Set<Permission> beyond = EnumSet.copyOf(role.permissions());
        beyond.removeAll(caller.permissions());
        // What everybody has in a session of their own is nothing that anybody gives.
        beyond.removeAll(Permission.OF_EVERY_MEMBER);
        return beyond;
    }

    private static AuditEvent event(
            AuthenticatedCaller caller, AuditAction action, String subject, Role role) {
        return AuditEvent.of(
                caller.organization(),
                caller.actor(),
                action,
                subject,
                Map.of("role", role.code()));
    }
}
