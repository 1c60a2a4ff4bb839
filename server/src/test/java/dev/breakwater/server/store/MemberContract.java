/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.MemberSession;
import dev.breakwater.server.member.MemberSessionStore;
import dev.breakwater.server.member.MemberStore;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.member.PasswordResetStore;
import dev.breakwater.server.member.SessionId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What members and their sessions need of a store, whichever database it is. */
abstract class MemberContract extends StoreContract {

    private static final PasswordHash HASH = new PasswordHash("$argon2id$x");
    private static final Duration DAY = Duration.ofDays(1);

    private MemberStore members;
    private MemberSessionStore sessions;
    private PasswordResetStore resets;

    @BeforeEach
    void openMembers() {
        members = new SqlMemberStore(database, audit);
        sessions = new SqlMemberSessionStore(database, audit);
        resets = new SqlPasswordResetStore(database, audit);
    }

    @Test
    void makesAMemberOfAnInvitationOnce() {
        Invitation invitation = invite(organization, "pat@reef.example", Role.OPERATOR, "code");
        assertThat(members.invitation(digest("code"), clock.instant()).orElseThrow())
                .isEqualTo(invitation);
        Member pat = member(invitation);
        assertThat(accept(invitation, pat)).isTrue();
        assertThat(accept(invitation, member(invitation))).isFalse();

        assertThat(members.member(organization, pat.id())).contains(pat);
        assertThat(members.invitation(digest("code"), clock.instant())).isEmpty();
        assertThat(members.withEmail(pat.email(), 10))
                .containsExactly(new MemberStore.Known(pat, HASH, true));
    }

    @Test
    void keepsMembersAndInvitationsWithinTheirOrganization() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        Invitation open = invite(organization, "lee@reef.example", Role.AUDITOR, "lee");
        assertThat(members.member(otherOrganization, pat.id())).isEmpty();
        assertThat(members.members(otherOrganization, Optional.empty(), 10)).isEmpty();
        assertThat(members.invitations(otherOrganization, Optional.empty(), clock.instant(), 10))
                .isEmpty();
        assertThat(
                        members.withdraw(
                                otherOrganization,
                                open.id(),
                                event(otherOrganization, "member.invitation-withdrawn")))
                .isFalse();
        assertThat(disable(otherOrganization, pat))
                .isInstanceOf(MemberStore.Change.NoSuchMember.class);
        assertThat(members.member(organization, pat.id())).contains(pat);
    }

    @Test
    void replacesAnInvitationOfTheSameAddress() {
        invite(organization, "pat@reef.example", Role.OPERATOR, "first");
        invite(organization, "pat@reef.example", Role.AUDITOR, "second");
        assertThat(members.invitation(digest("first"), clock.instant())).isEmpty();
        assertThat(members.invitation(digest("second"), clock.instant())).isPresent();
        assertThat(members.invitations(organization, Optional.empty(), clock.instant(), 10))
                .hasSize(1);
    }

    @Test
    void invitesNoMoreThanItMayAndNobodyTwice() {
        invite(organization, "a@reef.example", Role.AUDITOR, "a");
        assertThat(offer(organization, "b@reef.example", Role.AUDITOR, "b", 1))
                .isEqualTo(new MemberStore.Invited.TooMany(1));
        clock.advance(Duration.ofDays(2));
        assertThat(offer(organization, "b@reef.example", Role.AUDITOR, "b", 1))
                .isInstanceOf(MemberStore.Invited.Stored.class);
        join(organization, "c@reef.example", Role.AUDITOR);
        assertThat(offer(organization, "c@reef.example", Role.AUDITOR, "c2", 10))
                .isInstanceOf(MemberStore.Invited.MemberAlready.class);
    }

    @Test
    void keepsAnOwnerWhoCanLogIn() {
        Member first = join(organization, "a@reef.example", Role.OWNER);
        assertThat(disable(organization, first)).isInstanceOf(MemberStore.Change.LastOwner.class);
        join(organization, "b@reef.example", Role.OWNER);
        assertThat(disable(organization, first)).isInstanceOf(MemberStore.Change.Changed.class);
    }

    @Test
    void endsTheSessionsOfWhomItDisables() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        MemberSession session = begin(pat, 10);
        disable(organization, pat);
        MemberSessionStore.Known known = sessions.session(session.id()).orElseThrow();
        assertThat(known.session().endedAt()).contains(clock.instant());
        assertThat(known.member().disabledAt()).contains(clock.instant());
        assertThat(sessions.live(organization, pat.id(), clock.instant(), 10)).isEmpty();
    }

    @Test
    void exchangesASecretOnce() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        MemberSession session = begin(pat, 10);
        assertThat(exchange(session, "passing", "next")).isTrue();
        assertThat(exchange(session, "passing", "other")).isFalse();
        assertThat(sessions.session(session.id()).orElseThrow().passing())
                .isEqualTo(digest("next"));
    }

    @Test
    void givesASessionOtherSecretsWhenSomethingIsProven() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        MemberSession session = begin(pat, 10);
        assertThat(prove(otherOrganization, session)).isFalse();
        assertThat(prove(organization, session)).isTrue();
        MemberSessionStore.Known known = sessions.session(session.id()).orElseThrow();
        assertThat(known.lasting()).isEqualTo(digest("lasting 2"));
        assertThat(known.passing()).isEqualTo(digest("passing 2"));
        assertThat(known.session().provenAt()).contains(clock.instant());
        assertThat(exchange(session, "passing", "next")).isFalse();
        end(pat, session);
        assertThat(prove(organization, session)).isFalse();
    }

    private boolean prove(OrganizationId of, MemberSession session) {
        return sessions.prove(
                of,
                session.id(),
                MemberSessionStore.Proven.SECOND_FACTOR,
                digest("lasting 2"),
                digest("passing 2"),
                clock.instant(),
                event(of, "session.proven"));
    }

    @Test
    void endsTheOldestOfTooManySessions() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        MemberSession first = begin(pat, 2);
        clock.advance(Duration.ofSeconds(1));
        MemberSession second = begin(pat, 2);
        clock.advance(Duration.ofSeconds(1));
        MemberSession third = begin(pat, 2);
        assertThat(sessions.live(organization, pat.id(), clock.instant(), 10))
                .extracting(MemberSession::id)
                .containsExactly(third.id(), second.id());
        assertThat(sessions.session(first.id()).orElseThrow().session().endedAt()).isPresent();
    }

    @Test
    void endsASessionForItsMemberOnly() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        Member lee = join(organization, "lee@reef.example", Role.OPERATOR);
        MemberSession session = begin(pat, 10);
        assertThat(end(lee, session)).isFalse();
        assertThat(end(pat, session)).isTrue();
        assertThat(end(pat, session)).isTrue();
        assertThat(exchange(session, "passing", "next")).isFalse();
    }

    @Test
    void resetsAPasswordOnceWithinItsOrganization() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        MemberSession session = begin(pat, 10);
        assertThat(issue(otherOrganization, pat, "code"))
                .isInstanceOf(PasswordResetStore.Issued.NoSuchMember.class);
        assertThat(issue(organization, pat, "first"))
                .isEqualTo(new PasswordResetStore.Issued.Stored(pat));
        issue(organization, pat, "second");
        assertThat(resets.member(digest("first"), clock.instant())).isEmpty();
        assertThat(resets.member(digest("second"), clock.instant())).contains(pat);

        PasswordHash next = new PasswordHash("$argon2id$y");
        assertThat(reset(organization, pat, "first", next)).isFalse();
        assertThat(reset(otherOrganization, pat, "second", next)).isFalse();
        assertThat(reset(organization, pat, "second", next)).isTrue();
        assertThat(reset(organization, pat, "second", HASH)).isFalse();
        assertThat(members.known(organization, pat.id()).orElseThrow().password()).isEqualTo(next);
        assertThat(sessions.session(session.id()).orElseThrow().session().endedAt()).isPresent();

        issue(organization, pat, "third");
        clock.advance(DAY);
        assertThat(resets.member(digest("third"), clock.instant())).isEmpty();
        assertThat(reset(organization, pat, "third", HASH)).isFalse();
    }

    @Test
    void resetsNobodyWhoIsKeptOut() {
        Member pat = join(organization, "pat@reef.example", Role.OPERATOR);
        issue(organization, pat, "code");
        disable(organization, pat);
        assertThat(issue(organization, pat, "other"))
                .isInstanceOf(PasswordResetStore.Issued.Disabled.class);
        assertThat(resets.member(digest("code"), clock.instant())).isEmpty();
        assertThat(reset(organization, pat, "code", HASH)).isFalse();
        assertThat(
                        resets.issue(
                                organization,
                                pat.id(),
                                digest("x"),
                                clock.instant(),
                                clock.instant().plus(DAY),
                                any -> false,
                                event(organization, "member.password-reset-issued")))
                .isInstanceOf(PasswordResetStore.Issued.Forbidden.class);
    }

    @Test
    void knowsWhatAnOrganizationAndItsProductsAreCalled() {
        product(organization, "Tank");
        product(organization, "Lamp");
        product(otherOrganization, "Foreign");
        assertThat(members.ownNames(organization, 10))
                .containsExactly("Reef & Sons", "Lamp", "Tank");
        assertThat(members.ownNames(organization, 2)).containsExactly("Reef & Sons", "Lamp");
    }

    private PasswordResetStore.Issued issue(OrganizationId of, Member member, String code) {
        return resets.issue(
                of,
                member.id(),
                digest(code),
                clock.instant(),
                clock.instant().plus(DAY),
                any -> true,
                event(of, "member.password-reset-issued"));
    }

    private boolean reset(OrganizationId of, Member member, String code, PasswordHash password) {
        return resets.use(
                of,
                member.id(),
                digest(code),
                password,
                clock.instant(),
                event(of, "member.password-reset"));
    }

    private Invitation invite(OrganizationId organization, String email, Role role, String code) {
        Invitation invitation = invitation(organization, email, role);
        assertThat(store(invitation, code, 100)).isInstanceOf(MemberStore.Invited.Stored.class);
        return invitation;
    }

    private MemberStore.Invited offer(
            OrganizationId organization, String email, Role role, String code, int openMax) {
        return store(invitation(organization, email, role), code, openMax);
    }

    private MemberStore.Invited store(Invitation invitation, String code, int openMax) {
        OrganizationId of = invitation.organization();
        return members.invite(of, invitation, digest(code), openMax, event(of, "member.invited"));
    }

    private Invitation invitation(OrganizationId organization, String email, Role role) {
        return new Invitation(
                new InvitationId(UUID.randomUUID()),
                organization,
                Email.parse(email).orElseThrow(),
                role,
                clock.instant(),
                clock.instant().plus(DAY));
    }

    private Member join(OrganizationId organization, String email, Role role) {
        Invitation invitation = invite(organization, email, role, email);
        Member member = member(invitation);
        assertThat(accept(invitation, member)).isTrue();
        return member;
    }

    private Member member(Invitation invitation) {
        return new Member(
                MemberId.fresh(),
                invitation.organization(),
                invitation.email(),
                "Somebody",
                invitation.role(),
                clock.instant(),
                Optional.empty(),
                1);
    }

    private boolean accept(Invitation invitation, Member member) {
        OrganizationId of = invitation.organization();
        return members.accept(of, invitation, member, HASH, event(of, "member.joined"));
    }

    private Member disabled(Member member) {
        return new Member(
                member.id(),
                member.organization(),
                member.email(),
                member.name(),
                member.role(),
                member.createdAt(),
                Optional.of(clock.instant()),
                member.version());
    }

    private MemberStore.Change disable(OrganizationId organization, Member member) {
        return members.change(
                organization,
                member.id(),
                Optional.empty(),
                before -> true,
                before -> disabled(before),
                clock.instant(),
                event(organization, "member.disabled"));
    }

    private MemberSession begin(Member member, int liveMax) {
        MemberSession session =
                new MemberSession(
                        new SessionId(UUID.randomUUID()),
                        member.organization(),
                        member.id(),
                        "192.0.2.1",
                        clock.instant(),
                        clock.instant(),
                        Optional.empty(),
                        Optional.empty(),
                        clock.instant().plus(DAY),
                        Optional.empty());
        sessions.begin(
                member.organization(),
                session,
                digest("lasting"),
                digest("passing"),
                liveMax,
                event(member.organization(), "session.begun"));
        return session;
    }

    private boolean exchange(MemberSession session, String before, String after) {
        return sessions.exchange(
                session.organization(),
                session.id(),
                digest(before),
                digest(after),
                clock.instant());
    }

    private boolean end(Member member, MemberSession session) {
        return sessions.end(
                member.organization(),
                member.id(),
                session.id(),
                clock.instant(),
                event(member.organization(), "session.ended"));
    }

    private static SecretDigest digest(String text) {
        return SecretDigest.of(text);
    }
}
