/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A password reset for an owner on the word of whoever runs the server: there may be no other owner
 * who could make one. Everybody else is helped by an owner. Blocks.
 */
public final class OwnerReset {

    private final MemberStore members;
    private final PasswordResetStore resets;
    private final Clock clock;

    /** Over these stores, which no server uses meanwhile. */
    public OwnerReset(MemberStore members, PasswordResetStore resets, Clock clock) {
        this.members = members;
        this.resets = resets;
        this.clock = clock;
    }

    /** What became of it. */
    public sealed interface Outcome {

        /** The secret is good from now on; it is shown this once. */
        record Done(Member owner, PasswordResetCode code, Instant expiresAt) implements Outcome {}

        /** Nobody with this address is an owner who may log in. */
        record NoSuchOwner() implements Outcome {}

        /** The address is an owner's in each of these. */
        record Several(List<OrganizationId> organizations) implements Outcome {}
    }

    /** Makes the secret. */
    public Outcome issue(String address, Optional<OrganizationId> organization) {
        int countMax = Limits.defaults().of(Limit.MEMBERSHIPS_PER_ADDRESS);
        List<Member> owners =
                Email.parse(address).stream()
                        .flatMap(email -> members.withEmail(email, countMax).stream())
                        .map(MemberStore.Known::member)
                        .filter(member -> member.role() == Role.OWNER)
                        .filter(
                                member ->
                                        organization.isEmpty()
                                                || organization.get().equals(member.organization()))
                        .toList();
        if (owners.size() > 1) {
            return new Outcome.Several(owners.stream().map(Member::organization).toList());
        }
        return owners.isEmpty() ? new Outcome.NoSuchOwner() : issue(owners.getFirst());
    }

    private Outcome issue(Member owner) {
        PasswordResetCode code = PasswordResetCode.fresh();
        Instant now = clock.instant();
        Instant expiresAt = now.plus(PasswordResets.LIFE);
        AuditEvent event =
                PasswordResets.issued(
                        owner.organization(), new Actor.LocalOperator(), owner.id(), expiresAt);
        PasswordResetStore.Issued issued =
                resets.issue(
                        owner.organization(),
                        owner.id(),
                        code.digest(),
                        now,
                        expiresAt,
                        member -> member.role() == Role.OWNER,
                        event);
        return issued instanceof PasswordResetStore.Issued.Stored(Member stored)
                ? new Outcome.Done(stored, code, expiresAt)
                : new Outcome.NoSuchOwner();
    }
}
