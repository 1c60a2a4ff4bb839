/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.member.LinkId;
import dev.breakwater.server.member.LinkedIdentity;
import dev.breakwater.server.member.LogIn;
import dev.breakwater.server.member.MemberSessions;
import dev.breakwater.server.member.OwnLinks;
import dev.breakwater.server.oidc.OidcLogIn;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How people log in through an identity provider, and link their account there to theirs here. */
final class OidcOperations {

    private final Optional<OidcLogIn> oidc;
    private final OwnLinks links;
    private final FactorOperations factors;
    private final Firewall firewall;
    private final Refusals refusals;
    private final SessionCookies cookies;

    OidcOperations(
            Optional<OidcLogIn> oidc,
            OwnLinks links,
            FactorOperations factors,
            Firewall firewall,
            Refusals refusals,
            Clock clock) {
        this.oidc = oidc;
        this.links = links;
        this.factors = factors;
        this.firewall = firewall;
        this.refusals = refusals;
        this.cookies = new SessionCookies(clock);
    }

    void register(Handlers handlers) {
        handlers.open("listOidcProviders", this::providers)
                .open("getOidcLogInPage", this::page)
                .open("beginOidcLogIn", this::begin)
                .open(
                        "finishOidcLogIn",
                        this::finish,
                        AuditAction.SESSION_BEGUN,
                        AuditAction.MEMBER_IDENTITY_LINKED)
                .on("listOwnOidcLinks", Permission.SELF_READ, this::own)
                .on("beginOidcLink", Permission.SELF_WRITE, this::beginLink)
                .on(
                        "removeOwnOidcLink",
                        Permission.SELF_WRITE,
                        this::unlink,
                        AuditAction.MEMBER_IDENTITY_UNLINKED);
    }

    record ProviderView(String name, String issuer) {}

    record BegunView(String authorizationUrl, Instant expiresAt) {
        @Override
        public String toString() {
            return "BegunView[until " + expiresAt + "]";
        }
    }

    record LinkView(String id, String issuer, String subject, Instant linkedAt) {
        static LinkView of(LinkedIdentity link) {
            return new LinkView(
                    link.id().toString(),
                    link.identity().issuer(),
                    link.identity().subject(),
                    link.linkedAt());
        }
    }

    private Reply providers(Call call) {
        List<ProviderView> all =
                oidc.stream().map(one -> new ProviderView(one.name(), one.issuer())).toList();
        return Reply.ok(new Page<>(all, Optional.empty()));
    }

    private Reply page(Call call) {
        return oidc.map(one -> OidcPages.start(one.name())).orElseGet(Problems::noProvider);
    }

    private Reply begin(Call call) {
        if (oidc.isEmpty()) {
            return Problems.noProvider();
        }
        if (call.browser().origin() != Browser.Origin.OURS) {
            return crossSite(call);
        }
        Optional<OrganizationId> organization =
                call.member("organizationId").map(id -> OrganizationId.parse(id.asString("")));
        return begun(call, oidc.get().begin(organization));
    }

    /** Takes what another factor takes: the password, and a second factor if there is one. */
    private Reply beginLink(AuthenticatedCaller caller, Call call) {
        if (oidc.isEmpty()) {
            return Problems.noProvider();
        }
        return factors.refusalOfMore(caller, call)
                .orElseGet(() -> begun(call, oidc.get().beginLink(caller)));
    }

    private Reply begun(Call call, OidcLogIn.Beginning beginning) {
        return switch (beginning) {
            case OidcLogIn.Beginning.Begun begun ->
                    Reply.created(
                                    new BegunView(
                                            begun.authorization().toString(), begun.expiresAt()))
                            .withCookies(
                                    List.of(
                                            cookies.ofOidc(
                                                    begun.browserSecret(), begun.expiresAt())));
            case OidcLogIn.Beginning.Unavailable(RefusalReason reason, String why) -> {
                refused(call, reason, Optional.empty(), Map.of("why", why));
                yield Problems.providerUnavailable();
            }
        };
    }

    /**
     * Where the provider sends a browser. It is a GET that changes something, which is what the
     * protocol has; the cookie and the state are what another site's page cannot have.
     */
    private Reply finish(Call call) {
        if (oidc.isEmpty()) {
            return Problems.noProvider();
        }
        OidcLogIn.Answer answer =
                new OidcLogIn.Answer(
                        call.values().optionalText("state"),
                        call.values().optionalText("code"),
                        call.values().optionalText("iss"),
                        call.values().optionalText("error"),
                        call.browser().cookie(Browser.OIDC));
        OidcLogIn.Outcome outcome =
                oidc.get()
                        .finish(
                                answer,
                                Peer.network(call.source()),
                                of -> firewall.admitsStaff(of, call.source()));
        Reply reply =
                switch (outcome) {
                    case OidcLogIn.Outcome.Proven(LogIn.Outcome proven) -> proven(call, proven);
                    case OidcLogIn.Outcome.Linked _ -> OidcPages.linked(oidc.get().name());
                    case OidcLogIn.Outcome.Refused bad -> {
                        refused(call, bad.reason(), bad.organization(), bad.details());
                        yield OidcPages.refused(status(bad.reason()), bad.reason().clientText());
                    }
                    case OidcLogIn.Outcome.TooSoon(Duration wait) -> tooSoon(call, wait);
                };
        List<String> all = new ArrayList<>(reply.cookies());
        all.add(cookies.oidcGone());
        return reply.withCookies(all);
    }

    private static int status(RefusalReason reason) {
        return reason == RefusalReason.OIDC_PROVIDER_UNAVAILABLE ? 503 : 403;
    }

    private Reply proven(Call call, LogIn.Outcome outcome) {
        return switch (outcome) {
            case LogIn.Outcome.Done(MemberSessions.Granted granted, _) ->
                    OidcPages.loggedIn(granted.member().name()).withCookies(cookies.of(granted));
            case LogIn.Outcome.SecondFactorNeeded needed -> OidcPages.secondFactor(needed);
            case LogIn.Outcome.Elsewhere elsewhere -> {
                refused(
                        call,
                        RefusalReason.FIREWALL_STAFF_NETWORK,
                        Optional.of(elsewhere.organization()),
                        elsewhere.details());
                // In the words of any failure.
                yield OidcPages.refused(403, RefusalReason.OIDC_IDENTITY_REFUSED.clientText());
            }
            case LogIn.Outcome.TooSoon(Duration wait) -> tooSoon(call, wait);
            case LogIn.Outcome.Refused _ ->
                    throw new IllegalStateException("a refusal has a reason of its own here");
        };
    }

    private Reply tooSoon(Call call, Duration wait) {
        refused(call, RefusalReason.LOG_IN_TOO_OFTEN, Optional.empty(), Map.of());
        return Problems.attemptTooSoon(wait);
    }

    private Reply crossSite(Call call) {
        refused(call, RefusalReason.CROSS_SITE, Optional.empty(), Map.of());
        return Problems.crossSite();
    }

    private void refused(
            Call call,
            RefusalReason reason,
            Optional<OrganizationId> organization,
            Map<String, String> details) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("source", call.source());
        all.put("operation", call.operation().id());
        refusals.record(
                new Refusal(reason, "api", organization, new Actor.Unproven(call.source()), all));
    }

    private Reply own(AuthenticatedCaller caller, Call call) {
        List<LinkView> views = links.links(caller).stream().map(LinkView::of).toList();
        return Reply.ok(new Page<>(views, Optional.empty()));
    }

    private Reply unlink(AuthenticatedCaller caller, Call call) {
        return links.unlink(caller, call.id("linkId", LinkId::parse))
                ? Reply.noContent()
                : Problems.notFound();
    }
}
