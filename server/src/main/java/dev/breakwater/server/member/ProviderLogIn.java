/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The log-in of somebody for whom an identity provider stands. The provider's word is worth a
 * password: whoever has a second factor here is asked for it.
 */
public final class ProviderLogIn {

    private final LogIn logIn;
    private final LinkStore links;
    private final MemberSessions sessions;
    private final Limits limits;

    ProviderLogIn(LogIn logIn, LinkStore links, MemberSessions sessions, Limits limits) {
        this.logIn = logIn;
        this.links = links;
        this.sessions = sessions;
        this.limits = limits;
    }

    /**
     * Begins an attempt, which counts as a failure of its source until {@link #forgive}: each costs
     * the provider a request.
     *
     * @return how long to wait; empty if the attempt has begun
     */
    public Optional<Duration> begin(String source) {
        return logIn.beginFrom(source);
    }

    /** Takes back that an attempt counted. */
    public void forgive(String source) {
        logIn.forgive(source);
    }

    /**
     * Goes on with an identity that was proven a moment ago.
     *
     * @param organization which one, for somebody who belongs to several
     * @param secondFactor whether the provider has seen a second factor, and its word for that
     *     counts
     * @param admitted whether an organization takes its members from there
     */
    public LogIn.Outcome goOn(
            OutsideIdentity identity,
            Optional<OrganizationId> organization,
            boolean secondFactor,
            String source,
            Predicate<OrganizationId> admitted) {
        List<MemberStore.Known> all =
                links.linked(identity, limits.of(Limit.MEMBERSHIPS_PER_ADDRESS));
        Optional<MemberStore.Known> known = LogIn.only(all, organization);
        if (known.isEmpty()) {
            return new LogIn.Outcome.Refused(
                    Optional.empty(), Map.of("why", "no member is linked to this identity"));
        }
        Member member = known.get().member();
        if (!known.get().organizationEnabled() || LogIn.isDisabled(known.get())) {
            return new LogIn.Outcome.Refused(
                    Optional.of(member.organization()),
                    Map.of("member", member.id().toString(), "why", LogIn.DISABLED));
        }
        if (!admitted.test(member.organization())) {
            return new LogIn.Outcome.Elsewhere(
                    member.organization(), Map.of("member", member.id().toString()));
        }
        return secondFactor
                ? begun(member, source, identity, true)
                : logIn.askFor(member, () -> begun(member, source, identity, false));
    }

    private LogIn.Outcome begun(
            Member member, String source, OutsideIdentity identity, boolean secondFactor) {
        return new LogIn.Outcome.Done(
                sessions.beginByProvider(member, source, identity.issuer(), secondFactor),
                Optional.empty());
    }
}
