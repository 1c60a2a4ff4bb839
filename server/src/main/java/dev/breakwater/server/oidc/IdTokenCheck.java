/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.server.member.OutsideIdentity;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges ID tokens (OpenID Connect Core section 3.1.3.7), every rule on every token. */
final class IdTokenCheck {

    /** How far the provider's clock and ours may be apart. */
    static final Duration SKEW = Duration.ofSeconds(60);

    /** It was made for the code that has just been redeemed, so it cannot be old. */
    static final Duration AGE_MAX = Duration.ofMinutes(5);

    private static final String SECOND_FACTOR = "mfa";

    private final ProviderSettings settings;
    private final ProviderKeys keys;
    private final Clock clock;

    IdTokenCheck(ProviderSettings settings, ProviderKeys keys, Clock clock) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
    }

    /** Somebody for whom the provider stands. Nobody but this class can make one. */
    static final class ProvenIdentity {

        private final OutsideIdentity identity;
        private final boolean secondFactor;

        private ProvenIdentity(OutsideIdentity identity, boolean secondFactor) {
            this.identity = identity;
            this.secondFactor = secondFactor;
        }

        OutsideIdentity identity() {
            return identity;
        }

        /** Whether the provider says that it saw a second factor, and its word counts. */
        boolean hasSecondFactor() {
            return secondFactor;
        }

        @Override
        public String toString() {
            return "proven " + identity;
        }
    }

    /**
     * Checks.
     *
     * @param nonce what was sent to the provider for this very log-in
     */
    ProvenIdentity check(String token, ProviderMetadata provider, String nonce) throws OidcRefused {
        JWTClaimsSet claims;
        try {
            SignedJWT signed = SignedJWT.parse(token);
            signature(signed, provider);
            claims = signed.getJWTClaimsSet();
        } catch (ParseException foreign) {
            // What has no signature at all is no such token either.
            throw refused("it is not a signed token", foreign);
        } catch (JOSEException failed) {
            throw refused("its signature cannot be checked", failed);
        }
        try {
            audience(claims);
            times(claims);
            nonce(claims, nonce);
            String subject = Optional.ofNullable(claims.getSubject()).orElse("");
            return new ProvenIdentity(
                    new OutsideIdentity(settings.issuer(), subject), secondFactor(claims));
        } catch (ParseException | IllegalArgumentException misshapen) {
            throw refused("a claim is of another form", misshapen);
        }
    }

    private void signature(SignedJWT signed, ProviderMetadata provider)
            throws OidcRefused, JOSEException {
        JWSHeader header = signed.getHeader();
        JOSEObjectType type = header.getType();
        // An access token in the form of RFC 9068 says what it is; it must not pass for this.
        if (type != null && !JOSEObjectType.JWT.equals(type)) {
            throw refused("it is of type " + type, null);
        }
        if (!provider.algorithms().contains(header.getAlgorithm())) {
            throw refused("its algorithm is " + header.getAlgorithm(), null);
        }
        // Keys in the header itself (jwk, jku, x5c) are not looked at: they are the sender's word.
        Optional<JWSVerifier> verifier = keys.verifier(provider.keys(), header);
        if (verifier.isEmpty()) {
            throw refused("the provider has no key of that name and kind", null);
        }
        if (!signed.verify(verifier.get())) {
            throw refused("its signature is not the provider's", null);
        }
    }

    private void audience(JWTClaimsSet claims) throws OidcRefused, ParseException {
        if (!settings.issuer().equals(claims.getIssuer())) {
            throw refused("its issuer is another one", null);
        }
        // Whoever else it is for could show it here as well, and none of them is trusted.
        if (!List.of(settings.clientId()).equals(claims.getAudience())) {
            throw refused("it is not for this server, or not for it alone", null);
        }
        String authorized = claims.getStringClaim("azp");
        if (authorized != null && !authorized.equals(settings.clientId())) {
            throw refused("it was given to somebody else", null);
        }
    }

    private void times(JWTClaimsSet claims) throws OidcRefused {
        Instant now = clock.instant();
        Instant expires = time(claims.getExpirationTime(), "exp");
        if (!now.isBefore(expires.plus(SKEW))) {
            throw refused("it has expired", null);
        }
        Instant issued = time(claims.getIssueTime(), "iat");
        if (issued.isAfter(now.plus(SKEW))) {
            throw refused("it comes from the future", null);
        }
        if (issued.isBefore(now.minus(AGE_MAX).minus(SKEW))) {
            throw refused("it is too old", null);
        }
        Date notBefore = claims.getNotBeforeTime();
        if (notBefore != null && notBefore.toInstant().isAfter(now.plus(SKEW))) {
            throw refused("it does not count yet", null);
        }
    }

    private static Instant time(@Nullable Date claim, String name) throws OidcRefused {
        if (claim == null) {
            throw refused("it has no " + name, null);
        }
        return claim.toInstant();
    }

    /** Stops a token, and with it a code, of another log-in (code injection). */
    private static void nonce(JWTClaimsSet claims, String nonce)
            throws OidcRefused, ParseException {
        String shown = Optional.ofNullable(claims.getStringClaim("nonce")).orElse("");
        if (!MessageDigest.isEqual(
                nonce.getBytes(StandardCharsets.US_ASCII),
                shown.getBytes(StandardCharsets.UTF_8))) {
            throw refused("its nonce is that of another log-in", null);
        }
    }

    private boolean secondFactor(JWTClaimsSet claims) throws ParseException {
        ProviderSettings.SecondFactorTrust trust = settings.secondFactor();
        if (!trust.trusted()) {
            return false;
        }
        if (trust.acr().isPresent()) {
            return trust.acr().get().equals(claims.getStringClaim("acr"));
        }
        List<String> methods = claims.getStringListClaim("amr");
        return methods != null && methods.contains(SECOND_FACTOR);
    }

    private static OidcRefused refused(String why, @Nullable Throwable cause) {
        return cause == null
                ? new OidcRefused(RefusalReason.OIDC_TOKEN_REFUSED, why)
                : new OidcRefused(RefusalReason.OIDC_TOKEN_REFUSED, why, cause);
    }
}
