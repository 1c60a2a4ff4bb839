/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.organization.OrganizationId;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The proof that a token was good when the request began. Only {@link Authenticator} can make one,
 * so that a handler which asks for it cannot be reached without the check.
 */
public final class AuthenticatedCaller {

    private final ApiToken token;
    private final BearerToken secret;

    AuthenticatedCaller(ApiToken token, BearerToken secret) {
        this.token = token;
        this.secret = secret;
    }

    /** On whose behalf; the scope of everything the request may see. */
    public OrganizationId organization() {
        return token.organization();
    }

    /** The token that was shown. */
    public TokenId tokenId() {
        return token.id();
    }

    /** What the caller may do. */
    public Set<Permission> permissions() {
        return token.role().permissions();
    }

    /** Who the audit log names. */
    public Actor actor() {
        return new Actor.TokenHolder(token.id().toString());
    }

    /**
     * A key that only whoever holds the token can have the server derive again (HKDF, RFC 5869).
     * What is sealed under it lies on disk without its key.
     *
     * @param purpose keeps keys for different ends apart
     */
    public SealingKey sealingKey(byte[] purpose) {
        try {
            byte[] key =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveData(
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(secret.secretBytes())
                                            .thenExpand(purpose, SealingKey.KEY_BYTES));
            return SealingKey.of(key);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java 25 runtime has HKDF-SHA256", impossible);
        }
    }

    @Override
    public String toString() {
        return token.role().code() + " " + token.id() + " of " + token.organization();
    }
}
