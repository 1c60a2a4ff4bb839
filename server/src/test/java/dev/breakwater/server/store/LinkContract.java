/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.TimeOrderedUuid;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.LinkId;
import dev.breakwater.server.member.LinkStore;
import dev.breakwater.server.member.LinkStore.Linking;
import dev.breakwater.server.member.LinkedIdentity;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.MemberStore;
import dev.breakwater.server.member.OutsideIdentity;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What links to identity providers need of a store, whichever database it is. */
abstract class LinkContract extends StoreContract {

    private static final OutsideIdentity PAT = new OutsideIdentity("https://id.example", "pat-7");
    private static final OutsideIdentity KIM = new OutsideIdentity("https://id.example", "kim-8");

    /** The same name at another provider is somebody else. */
    private static final OutsideIdentity NAMESAKE =
            new OutsideIdentity("https://other.example", "pat-7");

    private LinkStore links;
    private MemberId member;

    @BeforeEach
    void openLinks() {
        links = new SqlLinkStore(database, audit);
        member = join(organization);
    }

    @Test
    void findsAMemberByIssuerAndSubject() {
        LinkedIdentity link = stored(organization, member, PAT);
        assertThat(links.links(organization, member)).containsExactly(link);
        assertThat(members(PAT)).containsExactly(member);
        assertThat(members(NAMESAKE)).isEmpty();
        assertThat(members(KIM)).isEmpty();
        assertThat(actions(organization)).first().isEqualTo("member.identity-linked");
    }

    @Test
    void linksAnIdentityOnceInAnOrganization() {
        stored(organization, member, PAT);
        MemberId other = join(organization);
        assertThat(link(organization, other, PAT)).isEqualTo(Linking.IDENTITY_TAKEN);
        assertThat(link(organization, member, PAT)).isEqualTo(Linking.IDENTITY_TAKEN);
        assertThat(link(organization, member, KIM)).isEqualTo(Linking.MEMBER_HAS_ONE);
        assertThat(link(organization, member, NAMESAKE)).isEqualTo(Linking.STORED);
        assertThat(links.links(organization, other)).isEmpty();
        assertThat(members(PAT)).containsExactly(member);
    }

    @Test
    void linksAnIdentityInEachOrganization() {
        stored(organization, member, PAT);
        MemberId elsewhere = join(otherOrganization);
        stored(otherOrganization, elsewhere, PAT);
        assertThat(members(PAT)).containsExactlyInAnyOrder(member, elsewhere);
        assertThat(links.linked(PAT, 1)).hasSize(1);
        assertThat(links.links(otherOrganization, member)).isEmpty();
    }

    @Test
    void removesALinkOfTheMembersOwnOnly() {
        LinkedIdentity link = stored(organization, member, PAT);
        MemberId other = join(organization);
        assertThat(unlink(organization, other, link)).isFalse();
        assertThat(unlink(otherOrganization, member, link)).isFalse();
        assertThat(members(PAT)).containsExactly(member);
        assertThat(unlink(organization, member, link)).isTrue();
        assertThat(unlink(organization, member, link)).isFalse();
        assertThat(members(PAT)).isEmpty();
        assertThat(actions(organization))
                .filteredOn(action -> action.equals("member.identity-unlinked"))
                .hasSize(1);
    }

    private List<MemberId> members(OutsideIdentity identity) {
        return links.linked(identity, 10).stream()
                .map(MemberStore.Known::member)
                .map(Member::id)
                .toList();
    }

    private LinkedIdentity stored(OrganizationId of, MemberId who, OutsideIdentity identity) {
        LinkedIdentity link = fresh(who, identity);
        assertThat(links.link(of, link, event(of, "member.identity-linked")))
                .isEqualTo(Linking.STORED);
        return link;
    }

    private Linking link(OrganizationId of, MemberId who, OutsideIdentity identity) {
        return links.link(of, fresh(who, identity), event(of, "member.identity-linked"));
    }

    private boolean unlink(OrganizationId of, MemberId who, LinkedIdentity link) {
        AuditEvent event = event(of, "member.identity-unlinked");
        return links.unlink(of, who, link.id(), event);
    }

    private LinkedIdentity fresh(MemberId who, OutsideIdentity identity) {
        LinkId id = LinkId.parse(TimeOrderedUuid.fresh().toString());
        return new LinkedIdentity(id, who, identity, clock.instant());
    }

    private MemberId join(OrganizationId of) {
        Email email = Email.parse(UUID.randomUUID() + "@reef.example").orElseThrow();
        Invitation invitation =
                new Invitation(
                        InvitationId.parse(UUID.randomUUID().toString()),
                        of,
                        email,
                        Role.SUPPORT,
                        clock.instant(),
                        clock.instant().plus(Duration.ofDays(1)));
        SqlMemberStore members = new SqlMemberStore(database, audit);
        members.invite(
                of, invitation, SecretDigest.of(email.text()), 100, event(of, "member.invited"));
        Member joined =
                new Member(
                        new MemberId(UUID.randomUUID()),
                        of,
                        email,
                        "Somebody",
                        Role.SUPPORT,
                        clock.instant(),
                        Optional.empty(),
                        1);
        boolean accepted =
                members.accept(
                        of,
                        invitation,
                        joined,
                        new PasswordHash("$argon2id$x"),
                        event(of, "member.joined"));
        assertThat(accepted).isTrue();
        return joined.id();
    }
}
