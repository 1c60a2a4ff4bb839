/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where organizations, tokens and the setup code are kept. What changes something is durable, with
 * its audit entries, when it returns.
 */
public interface AccountStore {

    /**
     * The token with this id, with its digest and the state of its organization, as the last change
     * that somebody was told of has left them. It may be remembered for whoever shows its secret;
     * everybody else waits for the store, whether or not there is such a token.
     *
     * @param shown the digest of the secret that came with the id; the caller compares it
     */
    @Unscoped("the token is what tells whose it is")
    Optional<TokenRecord> token(TokenId id, SecretDigest shown);

    /** One token, revoked and expired ones included. */
    Optional<ApiToken> token(OrganizationId organization, TokenId id);

    /** Tokens in order of their ids, after {@code after}. */
    List<ApiToken> tokens(OrganizationId organization, Optional<TokenId> after, int countMax);

    /**
     * Stores a token unless the organization has as many live ones as it may.
     *
     * @return whether it was stored
     */
    boolean addToken(
            OrganizationId organization,
            ApiToken token,
            SecretDigest digest,
            int liveMax,
            AuditEvent event);

    /**
     * Revokes a token; one that is revoked stays as it is, without another audit entry.
     *
     * @return whether the organization has such a token
     */
    boolean revokeToken(OrganizationId organization, TokenId id, Instant at, AuditEvent event);

    /** Notes when a token was used. Returns at once; a crash may lose it. */
    void noteUsed(OrganizationId organization, TokenId id, Instant at);

    /** Stores an organization and its first token. */
    @Unscoped("the organization comes into being here")
    void addOrganization(FirstToken first);

    /** Whether there is any organization at all. */
    @Unscoped("decides whether the server has been set up")
    boolean anyOrganization();

    /** When the setup code that was printed last expires; empty if none waits to be used. */
    @Unscoped("there is no organization before the setup")
    Optional<Instant> setupCodeExpiry();

    /** Replaces whatever setup code there is. */
    @Unscoped("there is no organization before the setup")
    void replaceSetupCode(SecretDigest digest, Instant createdAt, Instant expiresAt);

    /**
     * Uses up the setup code and stores what it makes, in one transaction: of two who use it at the
     * same time one wins, and after a crash either all of it is there or the code is still good.
     *
     * @return whether the code was the one, unexpired, and no organization existed
     */
    @Unscoped("the organization comes into being here")
    boolean completeSetup(SecretDigest code, Instant now, FirstToken first);

    /** An organization, its first token, and what the audit log says of both. */
    record FirstToken(
            Organization organization,
            ApiToken token,
            SecretDigest digest,
            List<AuditEvent> events) {

        /** Copies the events. */
        public FirstToken {
            events = List.copyOf(events);
        }
    }
}
