/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The proof that a credential was good when the request began. Only {@link Authenticator} can make
 * one, so that a handler which asks for it cannot be reached without the check.
 */
public final class AuthenticatedCaller {

    private final CallerId id;
    private final OrganizationId organization;
    private final Optional<MemberId> member;
    private final Role role;
    private final Optional<SessionProof.Strength> strength;
    private final boolean recent;
    private final Actor actor;
    private final byte[] secret;

    private AuthenticatedCaller(
            CallerId id,
            OrganizationId organization,
            Optional<MemberId> member,
            Role role,
            Optional<SessionProof.Strength> strength,
            boolean recent,
            Actor actor,
            byte[] secret) {
        this.id = id;
        this.organization = organization;
        this.member = member;
        this.role = role;
        this.strength = strength;
        this.recent = recent;
        this.actor = actor;
        this.secret = secret;
    }

    static AuthenticatedCaller holding(ApiToken token, BearerToken secret) {
        return new AuthenticatedCaller(
                new CallerId(token.id().uuid()),
                token.organization(),
                Optional.empty(),
                token.role(),
                Optional.empty(),
                true,
                new Actor.TokenHolder(token.id().toString()),
                secret.secretBytes());
    }

    static AuthenticatedCaller of(SessionProof proof) {
        return new AuthenticatedCaller(
                proof.session(),
                proof.organization(),
                Optional.of(proof.member()),
                proof.role(),
                Optional.of(proof.strength()),
                proof.recent(),
                new Actor.Person(proof.member().toString()),
                proof.secret());
    }

    /** What let the caller in. */
    public CallerId id() {
        return id;
    }

    /** On whose behalf; the scope of everything the request may see. */
    public OrganizationId organization() {
        return organization;
    }

    /** Who the caller is, if it is a person. */
    public Optional<MemberId> member() {
        return member;
    }

    /** Whose devices alone the caller may know of; empty for those who may know of all. */
    public Optional<MemberId> ownDevicesOnly() {
        return member.filter(who -> role == Role.DEVICE_OWNER);
    }

    /** What the caller may do. */
    public Set<Permission> permissions() {
        if (strength.isEmpty()) {
            return role.permissions();
        }
        if (strength.get() == SessionProof.Strength.TOO_LITTLE) {
            return Permission.OF_EVERY_MEMBER;
        }
        Set<Permission> all = EnumSet.copyOf(role.permissions());
        all.addAll(Permission.OF_EVERY_MEMBER);
        return all;
    }

    /**
     * Whether the caller may do what is dangerous at this moment: a person who has just proven a
     * second factor. A token has none to prove; it is bound by its role and its life, and nobody
     * makes one without a second factor.
     */
    public boolean isTrustedWithDanger() {
        return strength.isEmpty() || strength.get() == SessionProof.Strength.FRESH;
    }

    /** Whether the caller is a token, or a person who has just proven something, or logged in. */
    public boolean isRecentlyProven() {
        return recent;
    }

    /** Whether the caller is held back until a second factor is proven. */
    public boolean lacksSecondFactor() {
        return strength.isPresent() && strength.get() == SessionProof.Strength.TOO_LITTLE;
    }

    /** Who the audit log names. */
    public Actor actor() {
        return actor;
    }

    /**
     * A key that only whoever holds the credential can have the server derive again (HKDF, RFC
     * 5869). What is sealed under it lies on disk without its key.
     *
     * @param purpose keeps keys for different ends apart
     */
    public SealingKey sealingKey(byte[] purpose) {
        return SealingKey.of(derived(secret, purpose));
    }

    /**
     * What a page sends in a header to show that it was given this session: it follows from the
     * session and tells nothing about it.
     *
     * @param secret the session's
     */
    public static String csrfToken(byte[] secret) {
        byte[] purpose = "csrf".getBytes(StandardCharsets.US_ASCII);
        return HexFormat.of().formatHex(derived(secret, purpose));
    }

    /** Whether a request that came with this session's cookie shows its CSRF token too. */
    public boolean isShownBy(String csrfToken) {
        return MessageDigest.isEqual(
                csrfToken(secret).getBytes(StandardCharsets.US_ASCII),
                csrfToken.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] derived(byte[] secret, byte[] purpose) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret)
                                    .thenExpand(purpose, SealingKey.KEY_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java 25 runtime has HKDF-SHA256", impossible);
        }
    }

    @Override
    public String toString() {
        return role.code() + " " + actor + " of " + organization;
    }
}
