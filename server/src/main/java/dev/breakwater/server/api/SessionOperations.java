/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.CallerId;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.MemberOperations.MemberView;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.member.Factor;
import dev.breakwater.server.member.KnownSource;
import dev.breakwater.server.member.KnownSourceSecret;
import dev.breakwater.server.member.LogIn;
import dev.breakwater.server.member.MemberSession;
import dev.breakwater.server.member.MemberSessions;
import dev.breakwater.server.member.Members;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.SessionId;
import dev.breakwater.server.organization.MemberId;
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
import tools.jackson.databind.JsonNode;

/** How people log in, and the sessions they have. */
final class SessionOperations {

    private final LogIn logIn;
    private final MemberSessions sessions;
    private final Members members;
    private final Firewall firewall;
    private final Refusals refusals;
    private final RecentProof recent;
    private final SessionCookies cookies;

    SessionOperations(Membership membership, Firewall firewall, Refusals refusals, Clock clock) {
        this.logIn = membership.logIn();
        this.sessions = membership.sessions();
        this.members = membership.members();
        this.firewall = firewall;
        this.refusals = refusals;
        this.recent = new RecentProof(membership.factors(), refusals);
        this.cookies = new SessionCookies(clock);
    }

    void register(Handlers handlers) {
        handlers.open("logIn", this::logIn, AuditAction.SESSION_BEGUN)
                .open("askForPasskey", this::askPasskey)
                .open("proveSecondFactor", this::prove, AuditAction.SESSION_BEGUN)
                .open("refreshSession", this::refresh)
                .on("getSelf", Permission.SELF_READ, this::self)
                .on("listOwnSessions", Permission.SELF_READ, this::own)
                .on(
                        "endOtherSessions",
                        Permission.SELF_WRITE,
                        this::endOthers,
                        AuditAction.SESSION_ENDED)
                .on("endOwnSession", Permission.SELF_WRITE, this::end, AuditAction.SESSION_ENDED);
    }

    record SessionView(
            String id,
            String source,
            Instant createdAt,
            Instant refreshedAt,
            Instant expiresAt,
            boolean current) {
        static SessionView of(MemberSession session, CallerId asking) {
            return new SessionView(
                    session.id().toString(),
                    session.source(),
                    session.createdAt(),
                    session.refreshedAt(),
                    session.expiresAt(),
                    session.id().asCaller().equals(asking));
        }
    }

    record SecondFactorView(
            List<String> kinds, FactorOperations.PasskeyQuestionView question, Instant expiresAt) {
        static SecondFactorView of(LogIn.Outcome.SecondFactorNeeded needed) {
            return new SecondFactorView(
                    needed.kinds().stream().map(Factor.Kind::code).toList(),
                    FactorOperations.PasskeyQuestionView.of(needed.question()),
                    needed.expiresAt());
        }
    }

    record SessionTokensView(
            SessionView session,
            MemberView member,
            Optional<String> accessToken,
            Instant accessTokenExpiresAt,
            Optional<String> refreshToken,
            Optional<String> knownSource) {
        static SessionTokensView of(MemberSessions.Granted granted, boolean withTokens) {
            return new SessionTokensView(
                    SessionView.of(granted.session(), granted.session().id().asCaller()),
                    MemberView.of(granted.member()),
                    Optional.of(granted.accessToken()).filter(token -> withTokens),
                    granted.accessTokenExpiresAt(),
                    Optional.of(granted.refreshToken().reveal()).filter(token -> withTokens),
                    Optional.empty());
        }

        /** The same, told for the first time what it is known by. */
        SessionTokensView knownBy(KnownSource source) {
            return new SessionTokensView(
                    session,
                    member,
                    accessToken,
                    accessTokenExpiresAt,
                    refreshToken,
                    Optional.of(source.secret().reveal()));
        }

        @Override
        public String toString() {
            return "SessionTokensView[session=" + session + ", tokens=[REDACTED]]";
        }
    }

    private Reply logIn(Call call) {
        if (wantsCookies(call) && !isFromOurPage(call)) {
            return crossSite(call);
        }
        Optional<OrganizationId> organization =
                call.member("organizationId").map(id -> OrganizationId.parse(id.asString("")));
        LogIn.Outcome outcome =
                logIn.attempt(
                        call.text("email"),
                        call.text("password"),
                        organization,
                        from(call),
                        of -> firewall.admitsStaff(of, call.source()));
        return switch (outcome) {
            case LogIn.Outcome.Done(MemberSessions.Granted granted, var source) ->
                    begun(call, granted, source);
            case LogIn.Outcome.SecondFactorNeeded needed ->
                    Reply.accepted(SecondFactorView.of(needed));
            case LogIn.Outcome.Refused bad -> {
                refused(call, RefusalReason.LOG_IN_REFUSED, bad.organization(), bad.details());
                yield Problems.logInRefused();
            }
            case LogIn.Outcome.Elsewhere elsewhere ->
                    elsewhere(call, elsewhere, Problems.logInRefused());
            case LogIn.Outcome.TooSoon(Duration wait) -> tooSoon(call, wait);
        };
    }

    /** In the words of any failure: whether the proof was right is nobody's business out there. */
    private Reply elsewhere(Call call, LogIn.Outcome.Elsewhere outcome, Reply reply) {
        refused(
                call,
                RefusalReason.FIREWALL_STAFF_NETWORK,
                Optional.of(outcome.organization()),
                outcome.details());
        return reply;
    }

    private Reply askPasskey(Call call) {
        return logIn.askPasskey()
                .map(question -> Reply.created(FactorOperations.PasskeyQuestionView.of(question)))
                .orElseGet(FactorOperations::noName);
    }

    private Reply prove(Call call) throws ContractViolation {
        if (wantsCookies(call) && !isFromOurPage(call)) {
            return crossSite(call);
        }
        LogIn.Outcome outcome =
                logIn.prove(
                        call.text("challenge"),
                        FactorOperations.proof(call),
                        from(call),
                        of -> firewall.admitsStaff(of, call.source()));
        return switch (outcome) {
            case LogIn.Outcome.Done(MemberSessions.Granted granted, var source) ->
                    begun(call, granted, source);
            case LogIn.Outcome.SecondFactorNeeded _ ->
                    throw new IllegalStateException("a second factor was just proven");
            case LogIn.Outcome.Refused bad -> {
                refused(
                        call,
                        RefusalReason.SECOND_FACTOR_REFUSED,
                        bad.organization(),
                        bad.details());
                yield Problems.secondFactorRefused();
            }
            case LogIn.Outcome.Elsewhere elsewhere ->
                    elsewhere(call, elsewhere, Problems.secondFactorRefused());
            case LogIn.Outcome.TooSoon(Duration wait) -> tooSoon(call, wait);
        };
    }

    private Reply tooSoon(Call call, Duration wait) {
        refused(call, RefusalReason.LOG_IN_TOO_OFTEN, Optional.empty(), Map.of());
        return Problems.attemptTooSoon(wait);
    }

    /** A page's cookie counts only where a page of ours asks, which has been seen to. */
    private static LogIn.From from(Call call) {
        Optional<String> known =
                wantsCookies(call)
                        ? call.browser().cookie(Browser.KNOWN_SOURCE)
                        : call.member("knownSource").map(JsonNode::asString);
        return new LogIn.From(Peer.network(call.source()), known.map(KnownSourceSecret::shown));
    }

    private Reply begun(Call call, MemberSessions.Granted granted, Optional<KnownSource> source) {
        boolean byCookie = wantsCookies(call);
        SessionTokensView view = SessionTokensView.of(granted, !byCookie);
        if (!byCookie) {
            return Reply.created(source.filter(KnownSource::isNew).map(view::knownBy).orElse(view));
        }
        List<String> all = new ArrayList<>(cookies.of(granted));
        source.map(cookies::of).ifPresent(all::add);
        return Reply.created(view).withCookies(all);
    }

    /** Whoever got the tokens as cookies gives and gets the next ones as cookies. */
    private Reply refresh(Call call) throws ContractViolation {
        Optional<String> shown = call.member("refreshToken").map(JsonNode::asString);
        boolean byCookie = shown.isEmpty();
        if (byCookie && !isFromOurPage(call)) {
            return crossSite(call);
        }
        String token =
                shown.or(() -> call.browser().cookie(Browser.REFRESH))
                        .orElseThrow(
                                () ->
                                        ContractViolation.member(
                                                "/refreshToken", "is needed, here or as a cookie"));
        return switch (sessions.refresh(token)) {
            case MemberSessions.Refreshing.Done(MemberSessions.Granted granted) -> {
                OrganizationId of = granted.member().organization();
                if (!firewall.admitsStaff(of, call.source())) {
                    // The token is spent, and what it was exchanged for is shown to nobody: if
                    // its owner uses it again, they log in again; if a thief, both are out.
                    refused(
                            call,
                            RefusalReason.FIREWALL_STAFF_NETWORK,
                            Optional.of(of),
                            Map.of("session", granted.session().id().toString()));
                    yield Problems.sessionOver();
                }
                Reply reply = Reply.ok(SessionTokensView.of(granted, !byCookie));
                yield cookies.with(reply, granted, byCookie);
            }
            case MemberSessions.Refreshing.Refused bad -> {
                refused(call, bad.reason(), bad.organization(), bad.details());
                Reply reply = Problems.sessionOver();
                yield byCookie ? reply.withCookies(cookies.gone()) : reply;
            }
        };
    }

    private static boolean wantsCookies(Call call) {
        return call.member("asCookies").map(JsonNode::asBoolean).orElse(false);
    }

    /** Nobody may be logged in by another site's page, nor have a session go on by it. */
    private static boolean isFromOurPage(Call call) {
        return call.browser().origin() == Browser.Origin.OURS;
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
        refusals.record(
                new Refusal(reason, "api", organization, new Actor.Unproven(call.source()), all));
    }

    private Reply self(AuthenticatedCaller caller, Call call) {
        return members.member(caller.organization(), memberOf(caller))
                .map(member -> Reply.ok(MemberView.of(member)).etag(member.version()))
                .orElseGet(Problems::notFound);
    }

    private Reply own(AuthenticatedCaller caller, Call call) {
        List<SessionView> own =
                sessions.live(caller.organization(), memberOf(caller)).stream()
                        .map(session -> SessionView.of(session, caller.id()))
                        .toList();
        return Reply.ok(new Page<>(own, Optional.empty()));
    }

    private Reply end(AuthenticatedCaller caller, Call call) {
        SessionId id = call.id("sessionId", SessionId::parse);
        Optional<Reply> refusal =
                id.asCaller().equals(caller.id()) ? Optional.empty() : recent.refusal(caller, call);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        boolean ended = sessions.end(caller.organization(), memberOf(caller), id, caller.actor());
        if (!ended) {
            return Problems.notFound();
        }
        return id.asCaller().equals(caller.id())
                ? Reply.noContent().withCookies(cookies.gone())
                : Reply.noContent();
    }

    private Reply endOthers(AuthenticatedCaller caller, Call call) {
        Optional<Reply> refusal = recent.refusal(caller, call);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        sessions.endOthers(caller);
        return Reply.noContent();
    }

    /** Only members have the permissions for their own things. */
    private static MemberId memberOf(AuthenticatedCaller caller) {
        return caller.member().orElseThrow();
    }
}
