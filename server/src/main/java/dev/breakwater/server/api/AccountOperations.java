/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.account.ApiToken;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.account.IssuedToken;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.TokenCreation;
import dev.breakwater.server.account.TokenId;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.identity.OrganizationChange;
import dev.breakwater.server.identity.OrganizationStore;
import dev.breakwater.server.limits.Limit;
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
import tools.jackson.databind.JsonNode;

/** Setup, organizations and tokens. */
final class AccountOperations {

    private final OrganizationStore organizations;
    private final Accounts accounts;
    private final FirstSetup setup;
    private final Refusals refusals;

    AccountOperations(
            OrganizationStore organizations,
            Accounts accounts,
            FirstSetup setup,
            Refusals refusals) {
        this.organizations = organizations;
        this.accounts = accounts;
        this.setup = setup;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.open(
                        "setUp",
                        this::setUp,
                        AuditAction.ORGANIZATION_CREATED,
                        AuditAction.TOKEN_CREATED)
                .on("listOrganizations", Permission.ORGANIZATION_READ, this::listOrganizations)
                .on("getOrganization", Permission.ORGANIZATION_READ, this::getOrganization)
                .on(
                        "changeOrganization",
                        Permission.ORGANIZATION_WRITE,
                        this::changeOrganization,
                        AuditAction.ORGANIZATION_CHANGED)
                .on("listTokens", Permission.TOKENS_READ, this::listTokens)
                .on("getToken", Permission.TOKENS_READ, this::getToken)
                .on(
                        "createToken",
                        Permission.TOKENS_WRITE,
                        this::createToken,
                        AuditAction.TOKEN_CREATED)
                .on(
                        "revokeToken",
                        Permission.TOKENS_WRITE,
                        this::revokeToken,
                        AuditAction.TOKEN_REVOKED);
    }

    record OrganizationView(
            String id,
            String name,
            boolean enabled,
            boolean secondFactorRequired,
            Instant createdAt) {
        static OrganizationView of(Organization organization) {
            return new OrganizationView(
                    organization.id().toString(),
                    organization.name(),
                    organization.enabled(),
                    organization.secondFactorRequired(),
                    organization.createdAt());
        }
    }

    record TokenView(
            String id,
            String name,
            String role,
            Instant createdAt,
            Instant expiresAt,
            Optional<Instant> lastUsedAt,
            Optional<Instant> revokedAt) {
        static TokenView of(ApiToken token) {
            return new TokenView(
                    token.id().toString(),
                    token.name(),
                    token.role().code(),
                    token.createdAt(),
                    token.expiresAt(),
                    token.lastUsedAt(),
                    token.revokedAt());
        }
    }

    record TokenWithSecretView(
            String id,
            String name,
            String role,
            Instant createdAt,
            Instant expiresAt,
            String secret) {
        static TokenWithSecretView of(IssuedToken issued) {
            ApiToken token = issued.token();
            return new TokenWithSecretView(
                    token.id().toString(),
                    token.name(),
                    token.role().code(),
                    token.createdAt(),
                    token.expiresAt(),
                    issued.secret().reveal());
        }

        @Override
        public String toString() {
            return "TokenWithSecretView[id=" + id + ", secret=[REDACTED]]";
        }
    }

    record SetupDoneView(OrganizationView organization, TokenWithSecretView token) {}

    private Reply setUp(Call call) {
        FirstSetup.Outcome outcome =
                setup.complete(
                        call.text("code"), call.text("organizationName"), call.text("tokenName"));
        return switch (outcome) {
            case FirstSetup.Outcome.Done(Organization organization, IssuedToken token) ->
                    Reply.created(
                            new SetupDoneView(
                                    OrganizationView.of(organization),
                                    TokenWithSecretView.of(token)),
                            "/api/v1/organizations/" + organization.id());
            case FirstSetup.Outcome.CodeRefused() -> {
                refusals.record(
                        new Refusal(
                                RefusalReason.SETUP_CODE_REFUSED,
                                "api",
                                Optional.empty(),
                                new Actor.Unproven(call.source()),
                                Map.of("source", call.source())));
                yield Problems.setupCodeRefused();
            }
        };
    }

    /** A token belongs to one organization, so there is one at most. */
    private Reply listOrganizations(AuthenticatedCaller caller, Call call) {
        List<OrganizationView> own =
                organizations.organization(caller.organization()).stream()
                        .map(OrganizationView::of)
                        .toList();
        return Reply.ok(new Page<>(own, Optional.empty()));
    }

    private Reply getOrganization(AuthenticatedCaller caller, Call call) {
        OrganizationId asked = call.id("organizationId", OrganizationId::parse);
        if (!asked.equals(caller.organization())) {
            return Problems.notFound();
        }
        return organizations
                .organization(asked)
                .map(AccountOperations::ok)
                .orElseGet(Problems::notFound);
    }

    private Reply changeOrganization(AuthenticatedCaller caller, Call call) {
        OrganizationId asked = call.id("organizationId", OrganizationId::parse);
        if (!asked.equals(caller.organization())) {
            return Problems.notFound();
        }
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        Optional<String> name = call.member("name").map(JsonNode::asString);
        Optional<Boolean> required = call.member("secondFactorRequired").map(JsonNode::asBoolean);
        Map<String, String> details = new TreeMap<>();
        name.ifPresent(text -> details.put("name", text));
        required.ifPresent(flag -> details.put("secondFactorRequired", flag.toString()));
        OrganizationChange outcome =
                organizations.change(
                        asked,
                        call.ifMatch().expectedVersion(),
                        before ->
                                before.named(name.orElse(before.name()))
                                        .secondFactorRequired(
                                                required.orElse(before.secondFactorRequired())),
                        AuditEvent.of(
                                asked,
                                caller.actor(),
                                AuditAction.ORGANIZATION_CHANGED,
                                "organization:" + asked,
                                details));
        return switch (outcome) {
            case OrganizationChange.Changed(Organization organization) -> ok(organization);
            case OrganizationChange.NoSuchOrganization() -> Problems.notFound();
            case OrganizationChange.VersionMismatch(Organization current) ->
                    Problems.versionMismatch(current.version());
        };
    }

    private static Reply ok(Organization organization) {
        return Reply.ok(OrganizationView.of(organization)).etag(organization.version());
    }

    private Reply listTokens(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        List<ApiToken> rows =
                accounts.tokens(caller.organization(), call.cursor(TokenId::parse), count + 1);
        return Reply.ok(Page.of(rows, count, TokenView::of, token -> token.id().toString()));
    }

    private Reply getToken(AuthenticatedCaller caller, Call call) {
        return accounts.token(caller.organization(), call.id("tokenId", TokenId::parse))
                .map(token -> Reply.ok(TokenView.of(token)))
                .orElseGet(Problems::notFound);
    }

    private Reply createToken(AuthenticatedCaller caller, Call call) {
        Duration life =
                call.member("lifeSeconds")
                        .map(seconds -> Duration.ofSeconds(seconds.longValue()))
                        .orElse(Accounts.TOKEN_LIFE);
        TokenCreation creation =
                accounts.createToken(
                        caller, call.text("name"), Role.parse(call.text("role")), life);
        return switch (creation) {
            case TokenCreation.Created(IssuedToken token) ->
                    Reply.created(
                            TokenWithSecretView.of(token), "/api/v1/tokens/" + token.token().id());
            case TokenCreation.TooMany(int liveMax) ->
                    Problems.limitReached(
                            "The organization has %d live tokens, as many as it may; revoke one."
                                    .formatted(liveMax));
            case TokenCreation.LifeTooLong(long secondsMax) ->
                    Problems.limitReached(
                            "A token lives at most %d seconds here.".formatted(secondsMax));
            case TokenCreation.BeyondMaker beyond ->
                    Problems.permissionMissing(beyond.beyond().iterator().next().code());
        };
    }

    private Reply revokeToken(AuthenticatedCaller caller, Call call) {
        TokenId id = call.id("tokenId", TokenId::parse);
        return accounts.revokeToken(caller.organization(), id, caller.actor())
                ? Reply.noContent()
                : Problems.notFound();
    }
}
