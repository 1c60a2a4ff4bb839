/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges the Authorization header (RFC 6750 section 2.1). Asks the store for every request, so that
 * a revoked token is refused from the next request on; belongs on virtual threads.
 */
public final class Authenticator {

    private static final String SCHEME = "bearer ";
    private static final Duration LAST_USED_PRECISION = Duration.ofMinutes(1);

    /** Compared with when there is no such token, so that both cases take the same steps. */
    private static final SecretDigest NOBODY = new SecretDigest("0".repeat(64));

    private final AccountStore store;
    private final AccessTokenCheck accessTokens;
    private final Clock clock;

    /** Wires the authenticator. */
    public Authenticator(AccountStore store, AccessTokenCheck accessTokens, Clock clock) {
        this.store = store;
        this.accessTokens = accessTokens;
        this.clock = clock;
    }

    /**
     * Judges a request.
     *
     * @param authorization all its Authorization headers; more than one is refused, for nobody can
     *     tell which of them a proxy in front has looked at
     */
    public Authentication authenticate(List<String> authorization) {
        if (authorization.size() != 1) {
            return refused(RefusalReason.TOKEN_MISSING, Map.of());
        }
        String header = authorization.getFirst();
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return refused(RefusalReason.TOKEN_MISSING, Map.of("scheme", "another than Bearer"));
        }
        String credential = header.substring(SCHEME.length());
        return BearerToken.parse(credential)
                .map(this::judge)
                .orElseGet(() -> judgeAccessToken(credential));
    }

    /** Judges the access token that a browser has in a cookie. */
    public Authentication authenticateCookie(String accessToken) {
        return judgeAccessToken(accessToken);
    }

    private Authentication judgeAccessToken(String credential) {
        return switch (accessTokens.judge(credential)) {
            case AccessTokenCheck.Verdict.Good(SessionProof proof) ->
                    new Authentication.Authenticated(AuthenticatedCaller.of(proof));
            case AccessTokenCheck.Verdict.Bad bad ->
                    new Authentication.Refused(bad.reason(), bad.organization(), bad.details());
        };
    }

    private Authentication judge(BearerToken shown) {
        Map<String, String> details = Map.of("token", shown.id().toString());
        SecretDigest digest = shown.digest();
        Optional<TokenRecord> found = store.token(shown.id(), digest);
        boolean matches = digest.matches(found.map(TokenRecord::digest).orElse(NOBODY));
        if (found.isEmpty() || !matches) {
            return refused(RefusalReason.TOKEN_UNKNOWN, details);
        }
        ApiToken token = found.get().token();
        Instant now = clock.instant();
        OrganizationId organization = token.organization();
        if (!found.get().organizationEnabled()) {
            return new Authentication.Refused(
                    RefusalReason.ORGANIZATION_DISABLED, Optional.of(organization), details);
        }
        if (token.revokedAt().isPresent()) {
            return new Authentication.Refused(
                    RefusalReason.TOKEN_REVOKED, Optional.of(organization), details);
        }
        if (!token.live(now)) {
            return new Authentication.Refused(
                    RefusalReason.TOKEN_EXPIRED, Optional.of(organization), details);
        }
        if (token.lastUsedAt()
                .map(used -> used.plus(LAST_USED_PRECISION).isBefore(now))
                .orElse(true)) {
            store.noteUsed(organization, token.id(), now);
        }
        return new Authentication.Authenticated(AuthenticatedCaller.holding(token, shown));
    }

    private static Authentication refused(RefusalReason reason, Map<String, String> details) {
        return new Authentication.Refused(reason, Optional.empty(), details);
    }
}
