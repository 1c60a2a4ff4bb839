/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Customers who have joined an organization of a contract's. */
final class JoinedMembers {

    private final StoreContract contract;

    JoinedMembers(StoreContract contract) {
        this.contract = contract;
    }

    MemberId join(OrganizationId of) {
        SqlMemberStore members = new SqlMemberStore(contract.database, contract.audit);
        Instant now = contract.clock.instant();
        Email email = Email.parse(UUID.randomUUID() + "@reef.example").orElseThrow();
        Invitation invitation =
                new Invitation(
                        InvitationId.parse(UUID.randomUUID().toString()),
                        of,
                        email,
                        Role.DEVICE_OWNER,
                        now,
                        now.plus(Duration.ofDays(1)));
        members.invite(
                of,
                invitation,
                SecretDigest.of(email.text()),
                100,
                contract.event(of, "member.invited"));
        Member joined =
                new Member(
                        MemberId.fresh(),
                        of,
                        email,
                        "Somebody",
                        Role.DEVICE_OWNER,
                        now,
                        Optional.empty(),
                        1);
        PasswordHash hash = new PasswordHash("$argon2id$x");
        assertThat(
                        members.accept(
                                of, invitation, joined, hash, contract.event(of, "member.joined")))
                .isTrue();
        return joined.id();
    }
}
