/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The provider, as this server asks it: what it is, where people go, who has come back. Blocks. */
final class Provider implements AutoCloseable {

    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    private static final Duration APART = Duration.ofSeconds(30);

    private final ProviderSettings settings;
    private final ProviderHttp http;
    private final IdTokenCheck check;
    private final Clock clock;
    private @Nullable ProviderMetadata metadata;
    private Instant readAt = Instant.MIN;
    private Instant triedAt = Instant.MIN;

    Provider(ProviderSettings settings, Limits limits, Clock clock) {
        this.settings = settings;
        this.http = new ProviderHttp(settings.trusted(), limits);
        this.check = new IdTokenCheck(settings, new ProviderKeys(http, clock), clock);
        this.clock = clock;
    }

    /** What it tells of itself; asked once an hour, and after a failure once in thirty seconds. */
    synchronized ProviderMetadata metadata() throws OidcRefused {
        Instant now = clock.instant();
        if (metadata != null && now.isBefore(readAt.plus(KNOWN_FOR))) {
            return metadata;
        }
        if (!triedAt.isBefore(now.minus(APART))) {
            throw ProviderHttp.unavailable("the provider did not answer a moment ago", null);
        }
        triedAt = now;
        ProviderMetadata read = ProviderMetadata.read(http.get(settings.discovery()), settings);
        metadata = read;
        readAt = now;
        return read;
    }

    /** Where a browser goes (OpenID Connect Core section 3.1.2.1). */
    URI authorization(Flows.Flow flow) throws OidcRefused {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", settings.redirectUrl().toString());
        // Who it is, and nothing else of them: neither name nor address is asked for.
        query.put("scope", "openid");
        query.put("state", flow.state());
        query.put("nonce", flow.nonce());
        query.put("code_challenge", challenge(flow.verifier()));
        query.put("code_challenge_method", "S256");
        settings.secondFactor().acr().ifPresent(acr -> query.put("acr_values", acr));
        URI endpoint = metadata().authorization();
        String separator = endpoint.getRawQuery() == null ? "?" : "&";
        return URI.create(endpoint + separator + form(query));
    }

    /** Stops an answer of another provider, which somebody may have led here (RFC 9207). */
    void requireIssuer(Optional<String> shown) throws OidcRefused {
        if (shown.isEmpty() && metadata().tellsIssuer()) {
            throw new OidcRefused(RefusalReason.OIDC_ISSUER_REFUSED, "the answer has no iss");
        }
        if (shown.isPresent() && !shown.get().equals(settings.issuer())) {
            throw new OidcRefused(
                    RefusalReason.OIDC_ISSUER_REFUSED, "the answer is of another issuer");
        }
    }

    /** Exchanges a code for an ID token, and tells who it is. */
    IdTokenCheck.ProvenIdentity redeem(String code, Flows.Flow flow) throws OidcRefused {
        ProviderMetadata known = metadata();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", settings.redirectUrl().toString());
        form.put("code_verifier", flow.verifier());
        Optional<String> secret = settings.clientSecret().map(Provider::text);
        Optional<String> authorization =
                secret.filter(_ -> known.takesBasic()).map(this::authorization);
        if (authorization.isEmpty()) {
            form.put("client_id", settings.clientId());
            secret.ifPresent(text -> form.put("client_secret", text));
        }
        ProviderHttp.Answer answer = http.post(known.token(), form(form), authorization);
        if (answer.status() >= 500) {
            throw ProviderHttp.unavailable(
                    "the token endpoint answered %d".formatted(answer.status()), null);
        }
        JsonNode body = ProviderMetadata.json(answer.body(), "the token endpoint's answer");
        if (answer.status() != 200) {
            throw new OidcRefused(
                    RefusalReason.OIDC_CODE_REFUSED,
                    "the provider does not take the code: "
                            + error(body.path("error").asString("")));
        }
        String token = body.path("id_token").asString("");
        if (token.isEmpty()) {
            throw new OidcRefused(RefusalReason.OIDC_TOKEN_REFUSED, "there is none");
        }
        return check.check(token, known, flow.nonce());
    }

    /** RFC 6749 section 2.3.1: both parts are encoded as in a form before they are joined. */
    private String authorization(String secret) {
        String pair = encoded(settings.clientId()) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * An error code as RFC 6749 section 5.2 allows it, for a log; anything else is not repeated.
     */
    static String error(String code) {
        return code.matches("[a-z_]{1,64}") ? code : "error of another form";
    }

    private static String text(SecretText secret) {
        char[] copy = secret.copy();
        try {
            return new String(copy);
        } finally {
            Arrays.fill(copy, '\0');
        }
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    private static String form(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> encoded(value.getKey()) + "=" + encoded(value.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
