/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.AccessTokenCheck;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.SessionProof;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The sessions of people, and the tokens they go on with. Methods block. */
public final class MemberSessions implements AccessTokenCheck {

    private final MemberSessionStore store;
    private final AccessTokens tokens;
    private final Limits limits;
    private final Clock clock;

    MemberSessions(MemberSessionStore store, Limits limits, Clock clock) {
        this.store = store;
        this.tokens = new AccessTokens(clock);
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * What somebody goes on with.
     *
     * @param accessToken for the next ten minutes
     * @param refreshToken for one use, to get the next two
     */
    public record Granted(
            MemberSession session,
            Member member,
            String accessToken,
            Instant accessTokenExpiresAt,
            RefreshToken refreshToken) {

        /** What a page that holds the tokens as cookies sends in a header. */
        public String csrfToken() {
            return AuthenticatedCaller.csrfToken(refreshToken.sessionSecret());
        }

        @Override
        public String toString() {
            return "tokens of session " + session.id();
        }
    }

    /** What became of a refresh token. */
    public sealed interface Refreshing {

        /** The next tokens. */
        record Done(Granted granted) implements Refreshing {}

        /**
         * There are none.
         *
         * @param organization whose log shows it, when it is known
         */
        record Refused(
                RefusalReason reason,
                Optional<OrganizationId> organization,
                Map<String, String> details)
                implements Refreshing {}
    }

    /**
     * Begins a session for somebody who has just proven who they are.
     *
     * @param secondFactor how, beside the password; empty if by that alone
     */
    Granted begin(Member member, String source, Optional<String> secondFactor) {
        return begin(
                member,
                source,
                secondFactor.map(how -> clock.instant()),
                Map.of("secondFactor", secondFactor.orElse("none")));
    }

    /**
     * Begins a session for somebody for whom an identity provider stands. Its word for a second
     * factor lets in whom the organization lets in with one only; it is no step-up, for how long
     * ago the provider saw the factor is not known here.
     *
     * @param secondFactor whether the provider saw one, and its word counts
     */
    Granted beginByProvider(Member member, String source, String issuer, boolean secondFactor) {
        Instant tooLongAgo = clock.instant().minus(limits.seconds(Limit.STEP_UP_SECONDS));
        return begin(
                member,
                source,
                secondFactor ? Optional.of(tooLongAgo) : Optional.empty(),
                Map.of("secondFactor", secondFactor ? "provider" : "none", "issuer", issuer));
    }

    private Granted begin(
            Member member, String source, Optional<Instant> provenAt, Map<String, String> how) {
        Instant now = clock.instant();
        MemberSession session =
                new MemberSession(
                        SessionId.fresh(),
                        member.organization(),
                        member.id(),
                        source,
                        now,
                        now,
                        provenAt,
                        Optional.empty(),
                        now.plus(limits.seconds(Limit.SESSION_SECONDS)),
                        Optional.empty());
        RefreshToken token = RefreshToken.fresh(session.id());
        Map<String, String> details = new TreeMap<>(how);
        details.put("session", session.id().toString());
        details.put("source", source);
        AuditEvent event =
                AuditEvent.of(
                        member.organization(),
                        new Actor.Person(member.id().toString()),
                        AuditAction.SESSION_BEGUN,
                        "member:" + member.id(),
                        details);
        store.begin(
                member.organization(),
                session,
                token.lastingDigest(),
                token.passingDigest(),
                limits.of(Limit.SESSIONS_PER_MEMBER),
                event);
        return grant(session, member, token);
    }

    /** Notes that the caller has just shown their password, likewise. */
    Optional<Granted> passwordShown(AuthenticatedCaller caller) {
        return proven(caller, MemberSessionStore.Proven.PASSWORD, Map.of("proof", "password"));
    }

    /**
     * Notes that the caller has just proven a second factor, and gives the session other tokens:
     * whoever has come by the present ones must not gain by the proof.
     *
     * @return empty if the session has ended meanwhile
     */
    Optional<Granted> proven(AuthenticatedCaller caller, String how) {
        return proven(caller, MemberSessionStore.Proven.SECOND_FACTOR, Map.of("secondFactor", how));
    }

    private Optional<Granted> proven(
            AuthenticatedCaller caller, MemberSessionStore.Proven what, Map<String, String> how) {
        SessionId session = new SessionId(caller.id().uuid());
        Map<String, String> details = new HashMap<>(how);
        details.put("session", session.toString());
        AuditEvent event =
                AuditEvent.of(
                        caller.organization(),
                        caller.actor(),
                        AuditAction.SESSION_PROVEN,
                        "member:" + caller.member().orElseThrow(),
                        details);
        RefreshToken token = RefreshToken.fresh(session);
        boolean goesOn =
                store.prove(
                        caller.organization(),
                        session,
                        what,
                        token.lastingDigest(),
                        token.passingDigest(),
                        clock.instant(),
                        event);
        return goesOn
                ? store.session(session).map(known -> grant(known.session(), known.member(), token))
                : Optional.empty();
    }

    /** Exchanges a refresh token for the next tokens. */
    public Refreshing refresh(String shown) {
        Optional<RefreshToken> token = RefreshToken.parse(shown);
        if (token.isEmpty()) {
            return new Refreshing.Refused(
                    RefusalReason.TOKEN_UNKNOWN,
                    Optional.empty(),
                    Map.of("token", "not of our form"));
        }
        Map<String, String> details = Map.of("session", token.get().session().toString());
        Optional<MemberSessionStore.Known> known = store.session(token.get().session());
        if (known.isEmpty() || !known.get().lasting().matches(token.get().lastingDigest())) {
            return new Refreshing.Refused(RefusalReason.TOKEN_UNKNOWN, Optional.empty(), details);
        }
        Optional<RefusalReason> why = refusal(known.get());
        OrganizationId organization = known.get().session().organization();
        if (why.isPresent()) {
            return new Refreshing.Refused(why.get(), Optional.of(organization), details);
        }
        RefreshToken next = token.get().next();
        boolean exchanged =
                known.get().passing().matches(token.get().passingDigest())
                        && store.exchange(
                                organization,
                                token.get().session(),
                                token.get().passingDigest(),
                                next.passingDigest(),
                                clock.instant());
        if (!exchanged && isReplaced(token.get())) {
            return new Refreshing.Refused(
                    RefusalReason.TOKEN_UNKNOWN, Optional.of(organization), details);
        }
        if (!exchanged) {
            endReused(known.get());
            return new Refreshing.Refused(
                    RefusalReason.REFRESH_TOKEN_REUSED, Optional.of(organization), details);
        }
        return new Refreshing.Done(grant(known.get().session(), known.get().member(), next));
    }

    /** Whether its member proved something meanwhile: a token of before tells of no thief then. */
    private boolean isReplaced(RefreshToken token) {
        return store.session(token.session())
                .filter(now -> now.lasting().matches(token.lastingDigest()))
                .isEmpty();
    }

    /** Two hold the same token, and nobody can tell which of them is the thief. */
    private void endReused(MemberSessionStore.Known known) {
        MemberSession session = known.session();
        boolean _ =
                store.end(
                        session.organization(),
                        session.member(),
                        session.id(),
                        clock.instant(),
                        ended(session, new Actor.Server(), "a refresh token was used twice"));
    }

    private Granted grant(MemberSession session, Member member, RefreshToken token) {
        AccessTokens.Issued access = tokens.issue(session.id(), token.sessionSecret());
        return new Granted(session, member, access.text(), access.expiresAt(), token);
    }

    @Override
    public Verdict judge(String token) {
        Optional<AccessTokens.Claims> read = tokens.read(token);
        if (read.isEmpty()) {
            return new Verdict.Bad(RefusalReason.TOKEN_UNKNOWN, Optional.empty(), Map.of());
        }
        AccessTokens.Claims claims = read.get();
        Map<String, String> details = Map.of("session", claims.session().toString());
        Optional<MemberSessionStore.Known> found = store.session(claims.session());
        if (found.isEmpty()) {
            return new Verdict.Bad(RefusalReason.TOKEN_UNKNOWN, Optional.empty(), details);
        }
        MemberSessionStore.Known known = found.get();
        Optional<OrganizationId> organization = Optional.of(known.session().organization());
        Optional<RefusalReason> why =
                clock.instant().isBefore(claims.expiresAt())
                        ? refusal(known).or(() -> replaced(known, claims))
                        : Optional.of(RefusalReason.TOKEN_EXPIRED);
        if (why.isPresent()) {
            return new Verdict.Bad(why.get(), organization, details);
        }
        return new Verdict.Good(
                new SessionProof(
                        claims.session().asCaller(),
                        known.session().organization(),
                        known.member().id(),
                        known.member().role(),
                        strength(known),
                        isRecent(known.session().lastProofAt()),
                        claims.sessionSecret()));
    }

    /** A token of before the last proof is none of the session's any more. */
    private static Optional<RefusalReason> replaced(
            MemberSessionStore.Known known, AccessTokens.Claims claims) {
        return known.lasting().matches(RefreshToken.lastingDigest(claims.sessionSecret()))
                ? Optional.empty()
                : Optional.of(RefusalReason.TOKEN_REVOKED);
    }

    private SessionProof.Strength strength(MemberSessionStore.Known known) {
        Optional<Instant> provenAt = known.session().provenAt();
        if (provenAt.isEmpty()) {
            return known.secondFactorRequired()
                    ? SessionProof.Strength.TOO_LITTLE
                    : SessionProof.Strength.USUAL;
        }
        return isRecent(provenAt.get()) ? SessionProof.Strength.FRESH : SessionProof.Strength.USUAL;
    }

    private boolean isRecent(Instant proof) {
        return clock.instant().isBefore(proof.plus(limits.seconds(Limit.STEP_UP_SECONDS)));
    }

    private Optional<RefusalReason> refusal(MemberSessionStore.Known known) {
        if (!known.organizationEnabled()) {
            return Optional.of(RefusalReason.ORGANIZATION_DISABLED);
        }
        if (known.session().endedAt().isPresent() || known.member().disabledAt().isPresent()) {
            return Optional.of(RefusalReason.TOKEN_REVOKED);
        }
        Instant idleUntil =
                known.session().refreshedAt().plus(limits.seconds(Limit.SESSION_IDLE_SECONDS));
        return known.session().live(clock.instant()) && clock.instant().isBefore(idleUntil)
                ? Optional.empty()
                : Optional.of(RefusalReason.TOKEN_EXPIRED);
    }

    /** A member's sessions that go on, the youngest first. */
    public List<MemberSession> live(OrganizationId organization, MemberId member) {
        return store.live(
                organization, member, clock.instant(), limits.of(Limit.SESSIONS_PER_MEMBER));
    }

    /**
     * Ends a session of the member's own, who is the actor; ending it again changes nothing.
     *
     * @return whether the member has such a session
     */
    public boolean end(OrganizationId organization, MemberId member, SessionId id, Actor actor) {
        Instant now = clock.instant();
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.SESSION_ENDED,
                        "member:" + member,
                        Map.of("session", id.toString()));
        return store.end(organization, member, id, now, event);
    }

    /** Ends all of the caller's sessions but the present one. */
    public void endOthers(AuthenticatedCaller caller) {
        MemberId member = caller.member().orElseThrow();
        AuditEvent event =
                AuditEvent.of(
                        caller.organization(),
                        caller.actor(),
                        AuditAction.SESSION_ENDED,
                        "member:" + member,
                        Map.of("session", "all but " + caller.id().uuid()));
        int _ =
                store.endOthers(
                        caller.organization(),
                        member,
                        new SessionId(caller.id().uuid()),
                        clock.instant(),
                        event);
    }

    private static AuditEvent ended(MemberSession session, Actor actor, String why) {
        return AuditEvent.of(
                session.organization(),
                actor,
                AuditAction.SESSION_ENDED,
                "member:" + session.member(),
                Map.of("session", session.id().toString(), "why", why));
    }
}
