/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a provider tells of itself, held against what the operator has told of it.
 *
 * @param tellsIssuer whether it says on each answer whose it is (RFC 9207)
 * @param takesBasic whether it takes a client's secret as HTTP Basic; otherwise in the form
 * @param algorithms those of ours that it signs with
 */
record ProviderMetadata(
        URI authorization,
        URI token,
        URI keys,
        boolean tellsIssuer,
        boolean takesBasic,
        Set<JWSAlgorithm> algorithms) {

    /**
     * Signatures only, and only by a private key: "none" signs nothing, and whoever takes HS256 may
     * be made to take the provider's public key for a shared secret.
     */
    private static final Set<JWSAlgorithm> ALLOWED =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** Copies the algorithms. */
    ProviderMetadata {
        algorithms = Set.copyOf(algorithms);
    }

    static ProviderMetadata read(byte[] bytes, ProviderSettings settings) throws OidcRefused {
        JsonNode document = json(bytes, "the provider's configuration");
        String issuer = document.path("issuer").asString("");
        if (!issuer.equals(settings.issuer())) {
            // Discovery section 4.3: or one provider could speak for another.
            throw ProviderHttp.unavailable(
                    "the provider's configuration is of issuer '%s'".formatted(issuer), null);
        }
        require(document, "response_types_supported", "code", false);
        // A provider that knows S256 need not say so; one that says what it knows must know it.
        require(document, "code_challenge_methods_supported", "S256", true);
        List<String> methods = texts(document, "token_endpoint_auth_methods_supported");
        Set<JWSAlgorithm> algorithms =
                texts(document, "id_token_signing_alg_values_supported").stream()
                        .map(JWSAlgorithm::parse)
                        .filter(ALLOWED::contains)
                        .collect(Collectors.toSet());
        if (algorithms.isEmpty()) {
            throw ProviderHttp.unavailable("the provider signs with nothing taken here", null);
        }
        return new ProviderMetadata(
                url(document, "authorization_endpoint"),
                url(document, "token_endpoint"),
                url(document, "jwks_uri"),
                document.path("authorization_response_iss_parameter_supported").asBoolean(false),
                methods.isEmpty() || methods.contains("client_secret_basic"),
                algorithms);
    }

    /** Reads JSON in one way only: no member twice, nothing behind it. */
    static JsonNode json(byte[] bytes, String what) throws OidcRefused {
        try {
            JsonNode document = JSON.readTree(bytes);
            if (document.isObject()) {
                return document;
            }
        } catch (JacksonException unreadable) {
            throw ProviderHttp.unavailable(what + " is not JSON", unreadable);
        }
        throw ProviderHttp.unavailable(what + " is not a JSON object", null);
    }

    private static void require(
            JsonNode document, String member, String value, boolean orNothingSaid)
            throws OidcRefused {
        List<String> said = texts(document, member);
        if (!said.contains(value) && !(orNothingSaid && said.isEmpty())) {
            throw ProviderHttp.unavailable(
                    "the provider's %s lacks %s".formatted(member, value), null);
        }
    }

    private static List<String> texts(JsonNode document, String member) {
        List<String> texts = new ArrayList<>();
        document.path(member).forEach(text -> texts.add(text.asString("")));
        return texts;
    }

    private static URI url(JsonNode document, String member) throws OidcRefused {
        try {
            return ProviderSettings.https(member, document.path(member).asString(""));
        } catch (IllegalArgumentException refused) {
            throw ProviderHttp.unavailable("the provider's " + refused.getMessage(), refused);
        }
    }
}
