/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of a provider that does not do what it must. */
class ProviderTest extends ProviderScene {

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
            unusable(
                    "did not answer within 2 s",
                    Limits.with(Map.of(Limit.OIDC_PROVIDER_SECONDS, 2)));
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
        unusable(why, LIMITS);
    }

    private void unusable(String why, Limits limits) {
        try (Provider fresh = new Provider(issuer.settings(), limits, clock)) {
            refused(
                    RefusalReason.OIDC_PROVIDER_UNAVAILABLE,
                    why,
                    () -> {
                        ProviderMetadata _ = fresh.metadata();
                    });
        }
    }
}
