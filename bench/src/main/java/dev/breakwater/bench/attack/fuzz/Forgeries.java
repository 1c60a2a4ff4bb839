/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Access tokens that prove nothing, made of one that does. */
public final class Forgeries {

    private static final byte[] OWN_KEY = "a key of the attacker's own choice".getBytes(UTF_8);

    private final ObjectNode header;
    private final ObjectNode claims;
    private final String signature;
    private final Map<String, String> tokens = new LinkedHashMap<>();

    private Forgeries(String token) {
        String[] parts = token.split("\\.", -1);
        this.header = read(parts[0]);
        this.claims = read(parts[1]);
        this.signature = parts[2];
    }

    /**
     * By what is wrong with each.
     *
     * @param token a good one, signed by HMAC
     */
    public static Map<String, String> of(String token) throws GeneralSecurityException {
        Forgeries forgeries = new Forgeries(token);
        forgeries.unsigned();
        forgeries.signedByAnother();
        forgeries.altered();
        return Map.copyOf(forgeries.tokens);
    }

    private static ObjectNode read(String part) {
        return (ObjectNode) JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(part));
    }

    private void unsigned() {
        for (String none : new String[] {"none", "None", "nOnE", "NONE", ""}) {
            ObjectNode other = header.deepCopy().put("alg", none);
            tokens.put("algorithm '" + none + "'", encoded(other, claims) + ".");
        }
        tokens.put("no signature", encoded(header, claims) + ".");
        tokens.put("no third part", encoded(header, claims));
        tokens.put(
                "algorithm 'none' with the good signature",
                encoded(header.deepCopy().put("alg", "none"), claims) + "." + signature);
    }

    private void signedByAnother() throws GeneralSecurityException {
        tokens.put("another key", signed(header, claims, OWN_KEY));
        tokens.put("a key of zeros", signed(header, claims, new byte[32]));
        ObjectNode embedded = header.deepCopy();
        embedded.putObject("jwk")
                .put("kty", "oct")
                .put("k", Base64.getUrlEncoder().withoutPadding().encodeToString(OWN_KEY));
        tokens.put("a key embedded in the token", signed(embedded, claims, OWN_KEY));
        tokens.put(
                "a key at an address",
                signed(
                        header.deepCopy().put("jku", "https://127.0.0.1/keys.json"),
                        claims,
                        OWN_KEY));
        tokens.put(
                "a key id that is a path",
                signed(header.deepCopy().put("kid", "../../../../dev/null"), claims, new byte[1]));
        tokens.put(
                "a key id that is SQL",
                signed(header.deepCopy().put("kid", "' UNION SELECT 'a"), claims, OWN_KEY));
        tokens.put(
                "another algorithm",
                encoded(header.deepCopy().put("alg", "RS256"), claims) + "." + signature);
    }

    private void altered() throws GeneralSecurityException {
        long exp = claims.path("exp").asLong(0);
        tokens.put(
                "a longer life",
                encoded(header, claims.deepCopy().put("exp", exp + 31_536_000)) + "." + signature);
        tokens.put(
                "an expired one of another key",
                signed(header, claims.deepCopy().put("exp", exp - 86_400), OWN_KEY));
        tokens.put(
                "another subject",
                encoded(
                                header,
                                claims.deepCopy()
                                        .put("sub", "00000000-0000-7000-8000-000000000000"))
                        + "."
                        + signature);
        tokens.put("a signature cut short", encoded(header, claims) + "." + signature.substring(4));
        tokens.put(
                "no claims",
                encoded(header, JsonMapper.shared().createObjectNode()) + "." + signature);
    }

    private static String encoded(ObjectNode header, ObjectNode claims) {
        return encoded(header.toString().getBytes(UTF_8))
                + "."
                + encoded(claims.toString().getBytes(UTF_8));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String signed(ObjectNode header, ObjectNode claims, byte[] key)
            throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String text = encoded(header, claims);
        return text + "." + encoded(mac.doFinal(text.getBytes(UTF_8)));
    }
}
