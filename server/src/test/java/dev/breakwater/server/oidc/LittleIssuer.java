/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider that does what OpenID Connect asks of one, and, when a test says so, the opposite. It
 * has no pages: {@link #visit} stands for a person who has logged in there.
 */
public final class LittleIssuer implements AutoCloseable {

    public static final URI REDIRECT =
            URI.create("https://localhost:8443" + ProviderSettings.CALLBACK_PATH);

    static final String CLIENT = "breakwater of reef";

    /** Each of these is written in another way in a form. */
    static final String SECRET = "s+cret/with %20 & more";

    private final HttpsServer server;
    private final TestPki pki;
    private final TestClock clock;
    private final RSAKey key;
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> paths = new ConcurrentLinkedQueue<>();

    /** What its answers are made of; tests put others in their place. */
    public volatile Forger forger = LittleIssuer::sign;

    volatile Document configuration = this::configurationAsItIs;
    volatile Document keys = this::publicKeys;

    private record Grant(String subject, String nonce, String challenge, String redirect) {}

    /** Makes an ID token of claims that are as they must be. */
    public interface Forger {
        String token(JWTClaimsSet.Builder claims, RSAKey key) throws Exception;
    }

    /** Answers a GET. */
    interface Document {
        void answer(HttpExchange exchange) throws IOException;
    }

    private LittleIssuer(HttpsServer server, TestPki pki, TestClock clock, RSAKey key) {
        this.server = server;
        this.pki = pki;
        this.clock = clock;
        this.key = key;
    }

    /** Starts one on a free port of the loopback address. */
    public static LittleIssuer start() {
        try {
            TestClock clock = TestClock.atPresent();
            TestPki pki = TestPki.named("Provider", clock);
            HttpsServer https =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            char[] password = {'x'};
            KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
            managers.init(pki.server("localhost", "127.0.0.1").keyStore(password), password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            https.setHttpsConfigurator(new HttpsConfigurator(context));
            https.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            RSAKey key = new RSAKeyGenerator(2048).keyID("k1").generate();
            LittleIssuer issuer = new LittleIssuer(https, pki, clock, key);
            https.createContext("/", issuer::serve);
            https.start();
            return issuer;
        } catch (Exception refused) {
            throw new AssertionError(refused);
        }
    }

    /** Its identifier. */
    public String issuer() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    RSAKey key() {
        return key;
    }

    /** What an operator would configure. */
    public ProviderSettings settings() {
        return settings(ProviderSettings.SecondFactorTrust.NONE);
    }

    /** The same with a word about second factors. */
    public ProviderSettings settings(ProviderSettings.SecondFactorTrust trust) {
        return new ProviderSettings(
                "Reef ID",
                issuer(),
                CLIENT,
                Optional.of(SecretText.of(SECRET.toCharArray())),
                REDIRECT,
                List.of(pki.root()),
                trust);
    }

    /** How often something was asked for. */
    long asked(String path) {
        return paths.stream().filter(path::equals).count();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        paths.add(path);
        switch (path) {
            case "/.well-known/openid-configuration" -> configuration.answer(exchange);
            case "/keys" -> keys.answer(exchange);
            case "/token" -> token(exchange);
            default -> answer(exchange, 404, "{}");
        }
    }

    /** Its configuration. */
    Map<String, Object> configuration() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("issuer", issuer());
        document.put("authorization_endpoint", issuer() + "/authorize");
        document.put("token_endpoint", issuer() + "/token");
        document.put("jwks_uri", issuer() + "/keys");
        document.put("response_types_supported", List.of("code"));
        document.put("code_challenge_methods_supported", List.of("S256"));
        document.put("id_token_signing_alg_values_supported", List.of("RS256", "ES256", "HS256"));
        document.put("token_endpoint_auth_methods_supported", List.of("client_secret_basic"));
        document.put("authorization_response_iss_parameter_supported", true);
        return document;
    }

    private void configurationAsItIs(HttpExchange exchange) throws IOException {
        answer(exchange, 200, JsonMapper.shared().writeValueAsString(configuration()));
    }

    /** Lets it tell something else of itself. */
    void tells(String member, Object value) {
        Map<String, Object> document = configuration();
        document.put(member, value);
        configuration =
                exchange -> answer(exchange, 200, JsonMapper.shared().writeValueAsString(document));
    }

    private void publicKeys(HttpExchange exchange) throws IOException {
        answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
    }

    /** Answers with JSON. */
    static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /**
     * What a person does there: follow the link and log in.
     *
     * @return the query that the browser is sent back with
     */
    public String visit(String authorizationUrl, String subject) {
        URI url = URI.create(authorizationUrl);
        Map<String, String> asked = form(url.getRawQuery());
        if (!url.getPath().equals("/authorize")
                || !"code".equals(asked.get("response_type"))
                || !"openid".equals(asked.get("scope"))
                || !CLIENT.equals(asked.get("client_id"))
                || !REDIRECT.toString().equals(asked.get("redirect_uri"))
                || !"S256".equals(asked.get("code_challenge_method"))) {
            throw new AssertionError("this is no request to log in: " + authorizationUrl);
        }
        return "?code=%s&state=%s&iss=%s&session_state=a.b"
                .formatted(code(asked, subject), asked.get("state"), issuer());
    }

    /** A code that belongs to this request. */
    String code(Map<String, String> asked, String subject) {
        String code = UUID.randomUUID().toString();
        grants.put(
                code,
                new Grant(
                        subject,
                        asked.getOrDefault("nonce", ""),
                        asked.getOrDefault("code_challenge", ""),
                        asked.getOrDefault("redirect_uri", "")));
        return code;
    }

    private void token(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> form = form(body);
        Grant grant =
                Optional.ofNullable(grants.remove(form.getOrDefault("code", "")))
                        .orElse(new Grant("", "", "none", "none"));
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        boolean good =
                grant.redirect().equals(form.get("redirect_uri"))
                        && grant.challenge()
                                .equals(challenge(form.getOrDefault("code_verifier", "")))
                        && basic().equals(authorization);
        if (!good) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        Date now = Date.from(clock.instant());
        JWTClaimsSet.Builder claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer())
                        .audience(CLIENT)
                        .subject(grant.subject())
                        .issueTime(now)
                        .expirationTime(Date.from(clock.instant().plus(Duration.ofMinutes(5))))
                        .claim("nonce", grant.nonce());
        try {
            Map<String, Object> answer = new HashMap<>();
            answer.put("access_token", "not-looked-at");
            answer.put("token_type", "Bearer");
            answer.put("id_token", forger.token(claims, key));
            answer(exchange, 200, JsonMapper.shared().writeValueAsString(answer));
        } catch (Exception unexpected) {
            answer(exchange, 500, "{}");
        }
    }

    private static String basic() {
        String pair =
                URLEncoder.encode(CLIENT, StandardCharsets.UTF_8)
                        + ":"
                        + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Signs as it must. */
    public static String sign(JWTClaimsSet.Builder claims, RSAKey key) throws Exception {
        return sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()), claims, key);
    }

    static String sign(JWSHeader.Builder header, JWTClaimsSet.Builder claims, RSAKey key)
            throws Exception {
        SignedJWT token = new SignedJWT(header.type(JOSEObjectType.JWT).build(), claims.build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    /** Reads a query or a form. */
    static Map<String, String> form(String text) {
        Map<String, String> values = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            values.put(
                    pair.substring(0, equals),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
