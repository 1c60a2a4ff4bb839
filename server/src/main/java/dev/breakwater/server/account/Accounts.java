/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Organizations and their tokens. Methods block; they belong on virtual threads. */
public final class Accounts {

    /** How long a token lives when nobody says. */
    public static final Duration TOKEN_LIFE = Duration.ofDays(90);

    private final AccountStore store;
    private final Limits limits;
    private final Clock clock;

    /** Wires the accounts. */
    public Accounts(AccountStore store, Limits limits, Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /** Tokens in order of their ids, after {@code after}. */
    public List<ApiToken> tokens(
            OrganizationId organization, Optional<TokenId> after, int countMax) {
        return store.tokens(organization, after, countMax);
    }

    /** One token, revoked and expired ones included. */
    public Optional<ApiToken> token(OrganizationId organization, TokenId id) {
        return store.token(organization, id);
    }

    /** Makes a token on behalf of a caller, who cannot give more than the caller has. */
    public TokenCreation createToken(
            AuthenticatedCaller maker, String name, Role role, Duration life) {
        Set<Permission> beyond = EnumSet.copyOf(role.permissions());
        beyond.removeAll(maker.permissions());
        if (!beyond.isEmpty()) {
            return new TokenCreation.BeyondMaker(beyond);
        }
        return createToken(maker.organization(), name, role, life, maker.actor());
    }

    /**
     * Makes a token on behalf of somebody at the server's own command line, the way back in for
     * those who have lost their last one.
     */
    public TokenCreation createTokenLocally(
            OrganizationId organization, String name, Role role, Duration life) {
        return createToken(organization, name, role, life, new Actor.LocalOperator());
    }

    private TokenCreation createToken(
            OrganizationId organization, String name, Role role, Duration life, Actor actor) {
        Duration lifeMax = limits.seconds(Limit.TOKEN_SECONDS);
        if (life.compareTo(lifeMax) > 0) {
            return new TokenCreation.LifeTooLong(lifeMax.toSeconds());
        }
        if (role == Role.DEVICE_OWNER) {
            throw new IllegalArgumentException("a token owns no devices");
        }
        IssuedToken issued = issue(organization, name, role, life, clock.instant());
        int liveMax = limits.of(Limit.TOKENS_PER_ORGANIZATION);
        AuditEvent event = created(issued.token(), actor);
        boolean stored =
                store.addToken(
                        organization, issued.token(), issued.secret().digest(), liveMax, event);
        return stored ? new TokenCreation.Created(issued) : new TokenCreation.TooMany(liveMax);
    }

    /**
     * Revokes a token; revoking again changes nothing.
     *
     * @return whether the organization has such a token
     */
    public boolean revokeToken(OrganizationId organization, TokenId id, Actor actor) {
        AuditEvent event =
                AuditEvent.of(
                        organization, actor, AuditAction.TOKEN_REVOKED, "token:" + id, Map.of());
        return store.revokeToken(organization, id, clock.instant(), event);
    }

    /** Makes a further organization with an owner's token, at the server's own command line. */
    public IssuedToken addOrganization(String name, String tokenName) {
        Instant now = clock.instant();
        Organization organization = Organization.fresh(name, now);
        IssuedToken issued =
                issue(organization.id(), tokenName, Role.OWNER, firstLife(limits), now);
        store.addOrganization(first(organization, issued, new Actor.LocalOperator()));
        return issued;
    }

    static Duration firstLife(Limits limits) {
        Duration lifeMax = limits.seconds(Limit.TOKEN_SECONDS);
        return TOKEN_LIFE.compareTo(lifeMax) < 0 ? TOKEN_LIFE : lifeMax;
    }

    static IssuedToken issue(
            OrganizationId organization, String name, Role role, Duration life, Instant now) {
        BearerToken secret = BearerToken.fresh();
        ApiToken token =
                new ApiToken(
                        secret.id(),
                        organization,
                        name,
                        role,
                        now,
                        now.plus(life),
                        Optional.empty(),
                        Optional.empty());
        return new IssuedToken(token, secret);
    }

    static AccountStore.FirstToken first(
            Organization organization, IssuedToken issued, Actor actor) {
        AuditEvent made =
                AuditEvent.of(
                        organization.id(),
                        actor,
                        AuditAction.ORGANIZATION_CREATED,
                        "organization:" + organization.id(),
                        Map.of("name", organization.name()));
        return new AccountStore.FirstToken(
                organization,
                issued.token(),
                issued.secret().digest(),
                List.of(made, created(issued.token(), actor)));
    }

    private static AuditEvent created(ApiToken token, Actor actor) {
        return AuditEvent.of(
                token.organization(),
                actor,
                AuditAction.TOKEN_CREATED,
                "token:" + token.id(),
                Map.of(
                        "name", token.name(),
                        "role", token.role().code(),
                        "expires-at", token.expiresAt().toString()));
    }
}
