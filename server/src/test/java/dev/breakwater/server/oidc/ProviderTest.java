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
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.TestClock;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a provider may send, and what becomes of a provider that sends something else. */
class ProviderTest {

    private static final Limits LIMITS =
            Limits.with(
                    Map.of(Limit.OIDC_PROVIDER_SECONDS, 2, Limit.OIDC_PROVIDER_BYTES, 16_384));

    private final TestClock clock = TestClock.atPresent();
    private LittleIssuer issuer;
    private Provider provider;
    private Flows flows;

    @BeforeEach
    void start() {
        issuer = LittleIssuer.start();
        provider = new Provider(issuer.settings(), LIMITS, clock);
        flows = new Flows(LIMITS, clock);
    }

    @AfterEach
    void stop() {
        provider.close();
        issuer.close();
    }

    private Flows.Flow flow() {
        return flows.begin(new Flows.Purpose.LogIn(Optional.empty())).flow();
    }

    private IdTokenCheck.ProvenIdentity redeem(Flows.Flow flow) throws OidcRefused {
        String url = provider.authorization(flow).toString();
        Map<String, String> back = LittleIssuer.form(issuer.visit(url, "pat-7").substring(1));
        return provider.redeem(back.getOrDefault("code", ""), flow);
    }

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
                LittleIssuer.form(issuer.visit(url, "pat-7").substring(1))
                        .getOrDefault("code", "");
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
                                exchange,
                                200,
                                new JWKSet(next.toPublicJWK()).toString());
        // The issuer's clock stands still, a minute behind: within the skew.
        assertThat(redeem(flow()).identity().subject()).isEqualTo("pat-7");
        assertThat(issuer.asked("/keys")).isEqualTo(2);
    }

    @Test
    void refusesAConfigurationThatIsNotTheOneItWasToldOf() {
        unusable("issuer", "https://evil.example", "of issuer");
        unusable("issuer", issuer.issuer() + "/", "of issuer");
        unusable("token_endpoint", "http://localhost/token", "no https URL");
        unusable("jwks_uri", "file:///etc/passwd", "no https URL");
        unusable("authorization_endpoint", "javascript:alert(1)", "no https URL");
        unusable("id_token_signing_alg_values_supported", List.of("none", "HS256"), "signs with");
        unusable("code_challenge_methods_supported", List.of("plain"), "lacks S256");
        unusable("response_types_supported", List.of("id_token"), "lacks code");
        issuer.configuration = exchange -> LittleIssuer.answer(exchange, 200, "{\"issuer\":");
        unusable("not JSON");
        issuer.configuration = exchange -> LittleIssuer.answer(exchange, 200, "[]");
        unusable("not a JSON object");
        issuer.configuration = exchange -> LittleIssuer.answer(exchange, 500, "{}");
        unusable("answered 500");
    }

    @Test
    void followsNoRedirect() {
        issuer.configuration =
                exchange -> {
                    exchange.getResponseHeaders().set("Location", issuer.issuer() + "/elsewhere");
                    LittleIssuer.answer(exchange, 302, "{}");
                };
        unusable("answered 302");
        assertThat(issuer.asked("/elsewhere")).isZero();
    }

    @Test
    void readsNoMoreThanTheLimit() {
        issuer.configuration =
                exchange -> LittleIssuer.answer(exchange, 200, "{\"a\":\"" + "x".repeat(17_000));
        unusable("more than 16384 bytes");
        issuer.tells("kelp", "x");
        issuer.keys =
                exchange ->
                        LittleIssuer.answer(
                                exchange, 200, "{\"keys\":[" + " ".repeat(1_000_000) + "]}");
        provider = new Provider(issuer.settings(), LIMITS, clock);
        refused(RefusalReason.OIDC_PROVIDER_UNAVAILABLE, "more than", () -> redeem(flow()));
    }

    /** It sends the head at once, and then nothing: the time is for the answer as a whole. */
    @Test
    void waitsNoLongerThanTheLimit() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        issuer.configuration =
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    try {
                        boolean _ = over.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                };
        try {
            unusable("did not answer within 2 s");
        } finally {
            over.countDown();
        }
    }

    @Test
    void refusesAProviderWithAnotherCertificate() {
        ProviderSettings good = issuer.settings();
        ProviderSettings publicRoots =
                new ProviderSettings(
                        good.name(),
                        good.issuer(),
                        good.clientId(),
                        good.clientSecret(),
                        good.redirectUrl(),
                        List.of(),
                        good.secondFactor());
        provider.close();
        provider = new Provider(publicRoots, LIMITS, clock);
        refused(
                RefusalReason.OIDC_PROVIDER_UNAVAILABLE,
                "cannot be reached",
                () -> {
                    ProviderMetadata _ = provider.metadata();
                });
    }

    /** What cannot be reached is not asked again and again on strangers' behalf. */
    @Test
    void asksAgainAfterAFailureOnlyInAWhile() throws Exception {
        issuer.configuration = exchange -> LittleIssuer.answer(exchange, 500, "{}");
        for (int i = 0; i < 3; i++) {
            refused(
                    RefusalReason.OIDC_PROVIDER_UNAVAILABLE,
                    "",
                    () -> {
                        ProviderMetadata _ = provider.metadata();
                    });
        }
        assertThat(issuer.asked("/.well-known/openid-configuration")).isEqualTo(1);
        issuer.tells("kelp", "x");
        clock.advance(Duration.ofSeconds(31));
        assertThat(provider.metadata().tellsIssuer()).isTrue();
    }

    @Test
    void takesAnAnswerOfItsOwnIssuerOnly() throws Exception {
        provider.requireIssuer(Optional.of(issuer.issuer()));
        refused(
                RefusalReason.OIDC_ISSUER_REFUSED,
                "another issuer",
                () -> provider.requireIssuer(Optional.of("https://evil.example")));
        refused(
                RefusalReason.OIDC_ISSUER_REFUSED,
                "no iss",
                () -> provider.requireIssuer(Optional.empty()));
        issuer.tells("authorization_response_iss_parameter_supported", false);
        Provider silent = new Provider(issuer.settings(), LIMITS, clock);
        silent.requireIssuer(Optional.empty());
        refused(
                RefusalReason.OIDC_ISSUER_REFUSED,
                "another issuer",
                () -> silent.requireIssuer(Optional.of("https://evil.example")));
        silent.close();
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

    @Test
    void refusesSettingsThatNobodyCouldLogInBy() {
        for (String bad :
                List.of(
                        "http://id.example",
                        "https://user@id.example",
                        "https://id.example?a=b",
                        "https://id.example#a",
                        "id.example")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(bad)
                    .isThrownBy(() -> settings(bad, LittleIssuer.REDIRECT.toString()));
        }
        for (String bad :
                List.of(
                        "https://reef.example/",
                        "http://reef.example" + ProviderSettings.CALLBACK_PATH,
                        LittleIssuer.REDIRECT + "?a=b")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(bad)
                    .isThrownBy(() -> settings("https://id.example", bad));
        }
        assertThat(settings("https://id.example/a/", LittleIssuer.REDIRECT.toString()).discovery())
                .hasToString("https://id.example/a/.well-known/openid-configuration");
    }

    private static ProviderSettings settings(String issuer, String redirect) {
        return new ProviderSettings(
                "Reef ID",
                issuer,
                "c",
                Optional.of(SecretText.of(new char[] {'s'})),
                URI.create(redirect),
                List.of(),
                ProviderSettings.SecondFactorTrust.NONE);
    }

    private void unusable(String member, Object value, String why) {
        issuer.tells(member, value);
        unusable(why);
    }

    private void unusable(String why) {
        try (Provider fresh = new Provider(issuer.settings(), LIMITS, clock)) {
            refused(
                    RefusalReason.OIDC_PROVIDER_UNAVAILABLE,
                    why,
                    () -> {
                        ProviderMetadata _ = fresh.metadata();
                    });
        }
    }

    private static void refused(
            RefusalReason reason,
            String why,
            ThrowingCallable call) {
        assertThatExceptionOfType(OidcRefused.class)
                .isThrownBy(call)
                .withMessageContaining(why)
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
