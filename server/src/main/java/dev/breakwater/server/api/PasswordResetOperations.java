/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.MemberOperations.MemberView;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.PasswordResetCode;
import dev.breakwater.server.member.PasswordResets;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How somebody who forgot their password gets another one. */
final class PasswordResetOperations {

    private final PasswordResets resets;
    private final Refusals refusals;

    PasswordResetOperations(PasswordResets resets, Refusals refusals) {
        this.resets = resets;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.on(
                        "resetMemberPassword",
                        Permission.MEMBERS_WRITE,
                        this::issue,
                        AuditAction.MEMBER_PASSWORD_RESET_ISSUED)
                .open("setForgottenPassword", this::set, AuditAction.MEMBER_PASSWORD_RESET);
    }

    record PasswordResetView(MemberView member, String code, Instant expiresAt) {
        @Override
        public String toString() {
            return "PasswordResetView[member=" + member + ", code=[REDACTED]]";
        }
    }

    private Reply issue(AuthenticatedCaller caller, Call call) {
        MemberId id = call.id("memberId", MemberId::parse);
        return switch (resets.issue(caller, id)) {
            case PasswordResets.Issuing.Done(
                            Member member,
                            PasswordResetCode code,
                            Instant expiresAt) ->
                    Reply.created(
                            new PasswordResetView(MemberView.of(member), code.reveal(), expiresAt));
            case PasswordResets.Issuing.NoSuchMember() -> Problems.notFound();
            case PasswordResets.Issuing.BeyondCaller(Set<Permission> beyond) -> {
                String permission = beyond.iterator().next().code();
                refusals.record(
                        new Refusal(
                                RefusalReason.PERMISSION_MISSING,
                                "api",
                                Optional.of(caller.organization()),
                                caller.actor(),
                                Map.of(
                                        "source", call.source(),
                                        "operation", call.operation().id(),
                                        "permission", permission,
                                        "member", id.toString())));
                yield Problems.permissionMissing(permission);
            }
            case PasswordResets.Issuing.OneSelf() ->
                    Problems.notPossibleNow(
                            "Nobody resets their own password; change it at /api/v1/me/password, or have another owner or administrator reset it.");
            case PasswordResets.Issuing.Disabled() ->
                    Problems.notPossibleNow("The member is disabled; let them in again first.");
        };
    }

    private Reply set(Call call) throws ContractViolation {
        return switch (resets.set(call.text("code"), call.text("password"))) {
            case PasswordResets.Setting.Done(Member member) -> Reply.ok(MemberView.of(member));
            case PasswordResets.Setting.CodeRefused() -> {
                refusals.record(
                        new Refusal(
                                RefusalReason.PASSWORD_RESET_REFUSED,
                                "api",
                                Optional.empty(),
                                new Actor.Unproven(call.source()),
                                Map.of("source", call.source())));
                yield Problems.passwordResetRefused();
            }
            case PasswordResets.Setting.PasswordRefused(String why) ->
                    throw ContractViolation.member("/password", "is refused: " + why);
        };
    }
}
