/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.KnownSourceStore;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.MemberStore;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.member.SessionId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What known sources need of a store, whichever database it is. */
abstract class KnownSourceContract extends StoreContract {

    private static final Duration DAY = Duration.ofDays(1);

    private MemberStore members;
    private KnownSourceStore sources;
    private MemberId pat;
    private MemberId lee;

    @BeforeEach
    void openMembers() {
        members = new SqlMemberStore(database, audit);
        sources = new SqlKnownSourceStore(database);
        pat = join("pat@reef.example");
        lee = join("lee@reef.example");
    }

    @Test
    void knowsASecretForItsMemberUntilItIsTooOld() {
        remember(pat, "a", 10);
        assertThat(knows(organization, pat, "a")).isTrue();
        assertThat(knows(organization, pat, "b")).isFalse();
        assertThat(knows(organization, lee, "a")).isFalse();
        assertThat(knows(otherOrganization, pat, "a")).isFalse();

        clock.advance(DAY.minusSeconds(1));
        remember(pat, "a", 10);
        clock.advance(DAY.minusSeconds(1));
        assertThat(knows(organization, pat, "a")).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(knows(organization, pat, "a")).isFalse();
    }

    @Test
    void forgetsTheOneThatWasUsedLeastLately() {
        for (String secret : new String[] {"a", "b", "a", "c"}) {
            clock.advance(Duration.ofSeconds(1));
            remember(pat, secret, 2);
        }
        remember(lee, "l", 2);
        assertThat(knows(organization, pat, "a")).isTrue();
        assertThat(knows(organization, pat, "b")).isFalse();
        assertThat(knows(organization, pat, "c")).isTrue();
    }

    @Test
    void forgetsAllOfAMemberWhosePasswordOrSessionsEnd() {
        remember(lee, "l", 10);
        remember(pat, "a", 10);
        members.changePassword(
                organization,
                pat,
                new PasswordHash("$argon2id$y"),
                new SessionId(UUID.randomUUID()),
                clock.instant(),
                event(organization, "member.password-changed"));
        assertThat(knows(organization, pat, "a")).isFalse();

        remember(pat, "b", 10);
        int ended =
                new SqlMemberSessionStore(database, audit)
                        .endOthers(
                                organization,
                                pat,
                                new SessionId(UUID.randomUUID()),
                                clock.instant(),
                                event(organization, "session.ended"));
        assertThat(ended).isZero();
        assertThat(knows(organization, pat, "b")).isFalse();

        remember(pat, "c", 10);
        disable();
        assertThat(knows(organization, pat, "c")).isFalse();
        assertThat(knows(organization, lee, "l")).isTrue();
    }

    private void disable() {
        assertThat(
                        members.change(
                                organization,
                                pat,
                                Optional.empty(),
                                any -> true,
                                member ->
                                        new Member(
                                                member.id(),
                                                member.organization(),
                                                member.email(),
                                                member.name(),
                                                member.role(),
                                                member.createdAt(),
                                                Optional.of(clock.instant()),
                                                member.version()),
                                clock.instant(),
                                event(organization, "member.disabled")))
                .isInstanceOf(MemberStore.Change.Changed.class);
    }

    private void remember(MemberId member, String secret, int countMax) {
        sources.remember(
                organization,
                member,
                SecretDigest.of(secret),
                clock.instant(),
                clock.instant().plus(DAY),
                countMax);
    }

    private boolean knows(OrganizationId of, MemberId member, String secret) {
        return sources.isKnown(of, member, SecretDigest.of(secret), clock.instant());
    }

    private MemberId join(String email) {
        Email address = Email.parse(email).orElseThrow();
        Invitation invitation =
                new Invitation(
                        new InvitationId(UUID.randomUUID()),
                        organization,
                        address,
                        Role.OPERATOR,
                        clock.instant(),
                        clock.instant().plus(DAY));
        members.invite(
                organization,
                invitation,
                SecretDigest.of(email),
                10,
                event(organization, "member.invited"));
        MemberId id = MemberId.fresh();
        Member member =
                new Member(
                        id,
                        organization,
                        address,
                        "Somebody",
                        Role.OPERATOR,
                        clock.instant(),
                        Optional.empty(),
                        1);
        assertThat(
                        members.accept(
                                organization,
                                invitation,
                                member,
                                new PasswordHash("$argon2id$x"),
                                event(organization, "member.joined")))
                .isTrue();
        return id;
    }
}
