/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationCode;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.Members;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The people of an organization, and how they come in. */
final class MemberOperations {

    private final Members members;
    private final Refusals refusals;

    MemberOperations(Members members, Refusals refusals) {
        this.members = members;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.on("listMembers", Permission.MEMBERS_READ, this::list)
                .on("getMember", Permission.MEMBERS_READ, this::get)
                .on(
                        "changeMemberRole",
                        Permission.MEMBERS_WRITE,
                        this::changeRole,
                        AuditAction.MEMBER_ROLE_CHANGED)
                .on(
                        "disableMember",
                        Permission.MEMBERS_WRITE,
                        this::disable,
                        AuditAction.MEMBER_DISABLED)
                .on(
                        "enableMember",
                        Permission.MEMBERS_WRITE,
                        this::enable,
                        AuditAction.MEMBER_ENABLED)
                .on("listInvitations", Permission.MEMBERS_READ, this::invitations)
                .on(
                        "inviteMember",
                        Permission.MEMBERS_WRITE,
                        this::invite,
                        AuditAction.MEMBER_INVITED)
                .on(
                        "withdrawInvitation",
                        Permission.MEMBERS_WRITE,
                        this::withdraw,
                        AuditAction.MEMBER_INVITATION_WITHDRAWN)
                .open("acceptInvitation", this::accept, AuditAction.MEMBER_JOINED);
    }

    record MemberView(
            String id,
            String email,
            String name,
            String role,
            Instant createdAt,
            Optional<Instant> disabledAt) {
        static MemberView of(Member member) {
            return new MemberView(
                    member.id().toString(),
                    member.email().text(),
                    member.name(),
                    member.role().code(),
                    member.createdAt(),
                    member.disabledAt());
        }
    }

    record InvitationView(
            String id, String email, String role, Instant createdAt, Instant expiresAt) {
        static InvitationView of(Invitation invitation) {
            return new InvitationView(
                    invitation.id().toString(),
                    invitation.email().text(),
                    invitation.role().code(),
                    invitation.createdAt(),
                    invitation.expiresAt());
        }
    }

    record InvitationWithCodeView(InvitationView invitation, String code) {
        @Override
        public String toString() {
            return "InvitationWithCodeView[invitation=" + invitation + ", code=[REDACTED]]";
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        List<Member> rows =
                members.members(caller.organization(), call.cursor(MemberId::parse), count + 1);
        return Reply.ok(Page.of(rows, count, MemberView::of, member -> member.id().toString()));
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return members.member(caller.organization(), call.id("memberId", MemberId::parse))
                .map(MemberOperations::ok)
                .orElseGet(Problems::notFound);
    }

    private static Reply ok(Member member) {
        return Reply.ok(MemberView.of(member)).etag(member.version());
    }

    private Reply changeRole(AuthenticatedCaller caller, Call call) {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        return changed(
                members.changeRole(
                        caller,
                        call.id("memberId", MemberId::parse),
                        Role.parse(call.text("role")),
                        call.ifMatch().expectedVersion()));
    }

    private Reply disable(AuthenticatedCaller caller, Call call) {
        return changed(members.disable(caller, call.id("memberId", MemberId::parse), true));
    }

    private Reply enable(AuthenticatedCaller caller, Call call) {
        return changed(members.disable(caller, call.id("memberId", MemberId::parse), false));
    }

    private static Reply changed(Members.Changing outcome) {
        return switch (outcome) {
            case Members.Changing.Done(Member member) -> ok(member);
            case Members.Changing.NoSuchMember() -> Problems.notFound();
            case Members.Changing.BeyondCaller(Set<Permission> beyond) ->
                    Problems.permissionMissing(beyond.iterator().next().code());
            case Members.Changing.LastOwner() ->
                    Problems.notPossibleNow(
                            "The organization would be left without an owner who can log in; make another one first.");
            case Members.Changing.VersionMismatch(Member current) ->
                    Problems.versionMismatch(current.version());
        };
    }

    private Reply invitations(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        List<Invitation> rows =
                members.invitations(
                        caller.organization(), call.cursor(InvitationId::parse), count + 1);
        return Reply.ok(
                Page.of(rows, count, InvitationView::of, invitation -> invitation.id().toString()));
    }

    private Reply invite(AuthenticatedCaller caller, Call call) throws ContractViolation {
        Members.Inviting outcome =
                members.invite(caller, call.text("email"), Role.parse(call.text("role")));
        return switch (outcome) {
            case Members.Inviting.Done(Invitation invitation, InvitationCode code) ->
                    Reply.created(
                            new InvitationWithCodeView(
                                    InvitationView.of(invitation), code.reveal()));
            case Members.Inviting.NoAddress() ->
                    throw ContractViolation.member("/email", "is not an address");
            case Members.Inviting.BeyondInviter(Set<Permission> beyond) ->
                    Problems.permissionMissing(beyond.iterator().next().code());
            case Members.Inviting.MemberAlready() ->
                    Problems.notPossibleNow("Somebody with this address is a member already.");
            case Members.Inviting.TooMany(int openMax) ->
                    Problems.limitReached(
                            "%d invitations are open, as many as may be; withdraw one."
                                    .formatted(openMax));
        };
    }

    private Reply withdraw(AuthenticatedCaller caller, Call call) {
        return members.withdraw(caller, call.id("invitationId", InvitationId::parse))
                ? Reply.noContent()
                : Problems.notFound();
    }

    private Reply accept(Call call) throws ContractViolation {
        Members.Accepting outcome =
                members.accept(call.text("code"), call.text("name"), call.text("password"));
        return switch (outcome) {
            case Members.Accepting.Done(Member member) -> Reply.created(MemberView.of(member));
            case Members.Accepting.CodeRefused() -> {
                refusals.record(
                        new Refusal(
                                RefusalReason.INVITATION_REFUSED,
                                "api",
                                Optional.empty(),
                                new Actor.Unproven(call.source()),
                                Map.of("source", call.source())));
                yield Problems.invitationRefused();
            }
            case Members.Accepting.PasswordRefused(String why) ->
                    throw ContractViolation.member("/password", "is refused: " + why);
        };
    }
}
