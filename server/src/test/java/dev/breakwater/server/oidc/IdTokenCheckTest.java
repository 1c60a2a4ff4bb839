/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.TestClock;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ID tokens that are good, and every way in which one may not be. */
class IdTokenCheckTest extends ProviderScene {

    @Test
    void provesWhoHasComeBack() throws Exception {
        IdTokenCheck.ProvenIdentity proven = redeem(flow());
        assertThat(proven.identity().issuer()).isEqualTo(issuer.issuer());
        assertThat(proven.identity().subject()).isEqualTo("pat-7");
        assertThat(proven.hasSecondFactor()).isFalse();
    }

    /** Ways to forge an ID token, and what the operator reads of each. */
    enum Forgery {
        WRONG_NONCE("nonce", (claims, key) -> sign(claims.claim("nonce", "another"), key)),
        NO_NONCE("nonce", (claims, key) -> sign(claims.claim("nonce", null), key)),
        WRONG_AUDIENCE("not for this server", (c, key) -> sign(c.audience("another"), key)),
        TWO_AUDIENCES(
                "not for it alone",
                (c, key) -> sign(c.audience(List.of(LittleIssuer.CLIENT, "another")), key)),
        NO_AUDIENCE("not for this server", (c, key) -> sign(c.audience(List.of()), key)),
        OTHER_AUTHORIZED_PARTY("somebody else", (c, key) -> sign(c.claim("azp", "b"), key)),
        OTHER_ISSUER("issuer", (c, key) -> sign(c.issuer("https://evil.example"), key)),
        NO_SUBJECT("form", (c, key) -> sign(c.subject(null), key)),
        LONG_SUBJECT("form", (c, key) -> sign(c.subject("s".repeat(256)), key)),
        EXPIRED("expired", (c, key) -> sign(c.expirationTime(in(-75)), key)),
        NO_END("exp", (c, key) -> sign(c.expirationTime(null), key)),
        OLD("too old", (c, key) -> sign(c.issueTime(in(-400)), key)),
        OF_TOMORROW("future", (c, key) -> sign(c.issueTime(in(120)), key)),
        NO_BEGINNING("iat", (c, key) -> sign(c.issueTime(null), key)),
        NOT_YET("not count yet", (c, key) -> sign(c.notBeforeTime(in(120)), key)),
        UNSIGNED("not a signed token", (claims, key) -> new PlainJWT(claims.build()).serialize()),
        SIGNED_WITH_PUBLIC_KEY("HS256", Forgery::withPublicKeyAsSecret),
        FOREIGN_KEY("not the provider's", (c, key) -> sign(c, foreign("k1"))),
        UNKNOWN_KEY("no key of that name", (c, key) -> sign(c, foreign("k9"))),
        KEY_IN_HEADER("no key of that name", Forgery::withOwnKeyInHeader),
        CHANGED_AFTERWARDS("not the provider's", Forgery::changed),
        ACCESS_TOKEN("of type at+jwt", Forgery::asAccessToken),
        UNKNOWN_CRITICAL_HEADER("not the provider's", Forgery::critical),
        NOT_EVEN_A_TOKEN("not a signed token", (claims, key) -> "a.b"),
        NONE_AT_ALL("there is none", (claims, key) -> "");

        final String why;

        @SuppressWarnings("ImmutableEnumChecker") // none of them holds anything
        final LittleIssuer.Forger forger;

        Forgery(String why, LittleIssuer.Forger forger) {
            this.why = why;
            this.forger = forger;
        }

        private static String sign(JWTClaimsSet.Builder claims, RSAKey key) throws Exception {
            return LittleIssuer.sign(claims, key);
        }

        private static Date in(int seconds) {
            return Date.from(TestClock.atPresent().instant().plusSeconds(seconds));
        }

        private static RSAKey foreign(String id) throws Exception {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        }

        private static String withPublicKeyAsSecret(JWTClaimsSet.Builder claims, RSAKey key)
                throws Exception {
            SignedJWT token =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
                            claims.build());
            token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
            return token.serialize();
        }

        private static String withOwnKeyInHeader(JWTClaimsSet.Builder claims, RSAKey key)
                throws Exception {
            RSAKey own = foreign("own");
            return LittleIssuer.sign(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("own")
                            .jwk(own.toPublicJWK())
                            .jwkURL(URI.create("https://localhost:1/keys")),
                    claims,
                    own);
        }

        private static String changed(JWTClaimsSet.Builder claims, RSAKey key) throws Exception {
            String[] good = sign(claims, key).split("\\.", -1);
            String other = sign(claims.subject("admin"), key).split("\\.", -1)[1];
            return good[0] + "." + other + "." + good[2];
        }

        private static String asAccessToken(JWTClaimsSet.Builder claims, RSAKey key)
                throws Exception {
            SignedJWT token =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.RS256)
                                    .keyID("k1")
                                    .type(new JOSEObjectType("at+jwt"))
                                    .build(),
                            claims.build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        }

        private static String critical(JWTClaimsSet.Builder claims, RSAKey key) throws Exception {
            return LittleIssuer.sign(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("k1")
                            .criticalParams(Set.of("kelp"))
                            .customParam("kelp", true),
                    claims,
                    key);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAForgedToken(Forgery forgery) {
        issuer.forger = forgery.forger;
        assertThatExceptionOfType(OidcRefused.class)
                .isThrownBy(() -> redeem(flow()))
                .withMessageContaining(forgery.why)
                .satisfies(
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.OIDC_TOKEN_REFUSED));
    }

    @Test
    void takesTokensOfAClockThatIsAMinuteOff() throws Exception {
        issuer.forger =
                (claims, key) ->
                        LittleIssuer.sign(
                                claims.issueTime(Forgery.in(45)).notBeforeTime(Forgery.in(45)),
                                key);
        assertThat(redeem(flow()).identity().subject()).isEqualTo("pat-7");
        issuer.forger =
                (claims, key) -> LittleIssuer.sign(claims.expirationTime(Forgery.in(-50)), key);
        assertThat(redeem(flow()).identity().subject()).isEqualTo("pat-7");
    }

    /** Somebody puts a code that is good, and another's, into a log-in of their own. */
    @Test
    void refusesACodeThatWasBegunByAnother() throws Exception {
        Flows.Flow victims = flow();
        Flows.Flow thiefs = flow();
        String url = provider.authorization(victims).toString();
        String code =
                LittleIssuer.form(issuer.visit(url, "pat-7").substring(1)).getOrDefault("code", "");
        refused(
                RefusalReason.OIDC_CODE_REFUSED,
                "invalid_grant",
                () -> provider.redeem(code, thiefs));
        // A provider that forgets to compare the verifier is no help either: the nonce tells.
        Map<String, String> asked =
                LittleIssuer.form(provider.authorization(victims).getRawQuery());
        asked.put(
                "code_challenge",
                LittleIssuer.form(provider.authorization(thiefs).getRawQuery())
                        .getOrDefault("code_challenge", ""));
        String careless = issuer.code(asked, "pat-7");
        refused(RefusalReason.OIDC_TOKEN_REFUSED, "nonce", () -> provider.redeem(careless, thiefs));
    }

    @Test
    void asksForUnknownKeysOnceAMinuteAtMost() throws Exception {
        assertThat(redeem(flow()).identity().subject()).isEqualTo("pat-7");
        RSAKey next = new RSAKeyGenerator(2048).keyID("k2").generate();
        issuer.forger = (claims, key) -> LittleIssuer.sign(claims, next);
        for (int i = 0; i < 5; i++) {
            refused(RefusalReason.OIDC_TOKEN_REFUSED, "no key", () -> redeem(flow()));
        }
        assertThat(issuer.asked("/keys")).isEqualTo(1);
        clock.advance(Duration.ofSeconds(61));
        issuer.keys =
                exchange ->
                        LittleIssuer.answer(
                                exchange, 200, new JWKSet(next.toPublicJWK()).toString());
        // The issuer's clock stands still, a minute behind: within the skew.
        assertThat(redeem(flow()).identity().subject()).isEqualTo("pat-7");
        assertThat(issuer.asked("/keys")).isEqualTo(2);
    }

    @Test
    void believesInASecondFactorOnlyIfItIsToldTo() throws Exception {
        issuer.forger =
                (claims, key) ->
                        LittleIssuer.sign(
                                claims.claim("amr", List.of("pwd", "mfa")).claim("acr", "gold"),
                                key);
        assertThat(redeem(flow()).hasSecondFactor()).isFalse();
        assertThat(withTrust(Optional.empty())).isTrue();
        assertThat(withTrust(Optional.of("gold"))).isTrue();
        assertThat(withTrust(Optional.of("platinum"))).isFalse();
        issuer.forger =
                (claims, key) -> LittleIssuer.sign(claims.claim("amr", List.of("pwd")), key);
        assertThat(withTrust(Optional.empty())).isFalse();
        assertThat(withTrust(Optional.of("gold"))).isFalse();
    }

    private boolean withTrust(Optional<String> acr) throws OidcRefused {
        provider.close();
        provider =
                new Provider(
                        issuer.settings(new ProviderSettings.SecondFactorTrust(true, acr)),
                        LIMITS,
                        clock);
        return redeem(flow()).hasSecondFactor();
    }
}
