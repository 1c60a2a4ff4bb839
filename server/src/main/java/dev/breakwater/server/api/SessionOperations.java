/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.CallerId;
import dev.breakwater.server.account.MemberId;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.MemberOperations.MemberView;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.member.LogIn;
import dev.breakwater.server.member.MemberSession;
import dev.breakwater.server.member.MemberSessions;
import dev.breakwater.server.member.Members;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.SessionId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How people log in, and the sessions they have. */
final class SessionOperations {

    private final LogIn logIn;
    private final MemberSessions sessions;
    private final Members members;
    private final Firewall firewall;
    private final Refusals refusals;

    SessionOperations(Membership membership, Firewall firewall, Refusals refusals) {
        this.logIn = membership.logIn();
        this.sessions = membership.sessions();
        this.members = membership.members();
        this.firewall = firewall;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.open("logIn", this::logIn, AuditAction.SESSION_BEGUN)
                .open("refreshSession", this::refresh)
                .on("getSelf", Permission.SELF_READ, this::self)
                .on("listOwnSessions", Permission.SELF_READ, this::own)
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

    record SessionTokensView(
            SessionView session,
            MemberView member,
            String accessToken,
            Instant accessTokenExpiresAt,
            String refreshToken) {
        static SessionTokensView of(MemberSessions.Granted granted) {
            return new SessionTokensView(
                    SessionView.of(granted.session(), granted.session().id().asCaller()),
                    MemberView.of(granted.member()),
                    granted.accessToken(),
                    granted.accessTokenExpiresAt(),
                    granted.refreshToken().reveal());
        }

        @Override
        public String toString() {
            return "SessionTokensView[session=" + session + ", tokens=[REDACTED]]";
        }
    }

    private Reply logIn(Call call) {
        Optional<OrganizationId> organization =
                call.member("organizationId").map(id -> OrganizationId.parse(id.asString("")));
        LogIn.Outcome outcome =
                logIn.attempt(
                        call.text("email"),
                        call.text("password"),
                        organization,
                        Peer.network(call.source()),
                        of -> firewall.admitsStaff(of, call.source()));
        return switch (outcome) {
            case LogIn.Outcome.Done(MemberSessions.Granted granted) ->
                    Reply.created(SessionTokensView.of(granted));
            case LogIn.Outcome.Refused(
                            Optional<OrganizationId> of,
                            Map<String, String> details) -> {
                refused(call, RefusalReason.LOG_IN_REFUSED, of, details);
                yield Problems.logInRefused();
            }
            // In the same words: whether the password was right is nobody's business out there.
            case LogIn.Outcome.Elsewhere(OrganizationId of, Map<String, String> details) -> {
                refused(
                        call, RefusalReason.FIREWALL_STAFF_NETWORK, Optional.of(of), details);
                yield Problems.logInRefused();
            }
            case LogIn.Outcome.TooSoon(Duration wait) -> {
                refused(call, RefusalReason.LOG_IN_TOO_OFTEN, Optional.empty(), Map.of());
                yield Problems.attemptTooSoon(wait);
            }
        };
    }

    private Reply refresh(Call call) {
        return switch (sessions.refresh(call.text("refreshToken"))) {
            case MemberSessions.Refreshing.Done(MemberSessions.Granted granted) -> {
                OrganizationId of = granted.member().organization();
                if (firewall.admitsStaff(of, call.source())) {
                    yield Reply.ok(SessionTokensView.of(granted));
                }
                // The token is spent, and what it was exchanged for is shown to nobody: if its
                // owner uses it again, they log in again, and if it was a thief, both are out.
                refused(
                        call,
                        RefusalReason.FIREWALL_STAFF_NETWORK,
                        Optional.of(of),
                        Map.of("session", granted.session().id().toString()));
                yield Problems.sessionOver();
            }
            case MemberSessions.Refreshing.Refused bad -> {
                refused(call, bad.reason(), bad.organization(), bad.details());
                yield Problems.sessionOver();
            }
        };
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
                .map(member -> Reply.ok(MemberView.of(member)))
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
        boolean ended =
                sessions.end(
                        caller.organization(),
                        memberOf(caller),
                        call.id("sessionId", SessionId::parse),
                        caller.actor());
        return ended ? Reply.noContent() : Problems.notFound();
    }

    /** Only members have the permissions for their own things. */
    private static MemberId memberOf(AuthenticatedCaller caller) {
        return caller.member().orElseThrow();
    }
}
