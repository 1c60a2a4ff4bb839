/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The accounts at an identity provider by which members log in. There is one way to a link: its
 * member, who is logged in, has shown their password and second factor, and then comes back from
 * the provider. No address makes one, and no provider makes a member. Blocks.
 */
public final class OwnLinks {

    private final LinkStore store;
    private final MemberStore members;
    private final MemberSessionStore sessions;
    private final Clock clock;

    OwnLinks(LinkStore store, MemberStore members, MemberSessionStore sessions, Clock clock) {
        this.store = store;
        this.members = members;
        this.sessions = sessions;
        this.clock = clock;
    }

    /**
     * Who began to link, in which session.
     *
     * @param session it has to go on until the end
     */
    public record Wish(OrganizationId organization, MemberId member, SessionId session) {

        /** The wish of somebody who has shown all that it takes. */
        public static Wish of(AuthenticatedCaller caller) {
            return new Wish(
                    caller.organization(),
                    caller.member().orElseThrow(),
                    new SessionId(caller.id().uuid()));
        }
    }

    /** What became of a wish. */
    public sealed interface Linking {

        /** The member may log in by it from now on. */
        record Done(LinkedIdentity link) implements Linking {}

        /** It was not linked; why is for the operator. */
        record Refused(String why) implements Linking {}
    }

    /** The links of the caller, the oldest first. */
    public List<LinkedIdentity> links(AuthenticatedCaller caller) {
        return store.links(caller.organization(), caller.member().orElseThrow());
    }

    /**
     * Links an identity, if its member's session has not ended in the meantime.
     *
     * @param identity proven a moment ago
     */
    public Linking link(Wish wish, OutsideIdentity identity) {
        Optional<MemberSessionStore.Known> session =
                sessions.session(wish.session())
                        .filter(known -> known.session().live(clock.instant()))
                        .filter(MemberSessionStore.Known::organizationEnabled);
        boolean enabled =
                members.member(wish.organization(), wish.member())
                        .filter(member -> member.disabledAt().isEmpty())
                        .isPresent();
        if (session.isEmpty() || !enabled) {
            return new Linking.Refused("the session that began it is over");
        }
        LinkedIdentity link =
                new LinkedIdentity(LinkId.fresh(), wish.member(), identity, clock.instant());
        AuditEvent event =
                AuditEvent.of(
                        wish.organization(),
                        new Actor.Person(wish.member().toString()),
                        AuditAction.MEMBER_IDENTITY_LINKED,
                        "member:" + wish.member(),
                        Map.of(
                                "link", link.id().toString(),
                                "issuer", identity.issuer(),
                                "subject", identity.subject()));
        return switch (store.link(wish.organization(), link, event)) {
            case STORED -> new Linking.Done(link);
            case IDENTITY_TAKEN -> new Linking.Refused("the identity is linked already");
            case MEMBER_HAS_ONE -> new Linking.Refused("the member has another link already");
        };
    }

    /** Removes a link of the caller's; false if there is no such. */
    public boolean unlink(AuthenticatedCaller caller, LinkId id) {
        MemberId member = caller.member().orElseThrow();
        AuditEvent event =
                AuditEvent.of(
                        caller.organization(),
                        caller.actor(),
                        AuditAction.MEMBER_IDENTITY_UNLINKED,
                        "member:" + member,
                        Map.of("link", id.toString()));
        return store.unlink(caller.organization(), member, id, event);
    }
}
