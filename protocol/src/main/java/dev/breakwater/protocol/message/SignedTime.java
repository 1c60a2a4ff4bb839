/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What time it is, in the server's words, for a device that has no clock: a statement, signed with
 * the key of the server's TLS certificate (ECDSA on P-256, SHA-256, DER), and the certificates that
 * lead from that key to the root. The statement repeats the device's nonce, so that it is no older
 * than the question. Here it is only read and written; whoever believes it has verified it.
 *
 * <p>The statement begins with a brace and its purpose, so it is nothing that a TLS handshake signs
 * with the same key: that begins with spaces (RFC 8446 section 4.4.3) or the peer's random bytes.
 */
public final class SignedTime {

    /** How an answer is limited: three certificates and a statement fit many times over. */
    public static final int BYTES_MAX = 32 * 1024;

    private static final int CERTIFICATES_MAX = 8;
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final String PURPOSE = "breakwater-time";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String statement;
    private final byte[] signature;
    private final List<byte[]> chain;

    private SignedTime(String statement, byte[] signature, List<byte[]> chain) {
        this.statement = statement;
        this.signature = signature;
        this.chain = List.copyOf(chain);
    }

    /** Whether this is a nonce: 32 bytes as 43 characters of base64url. */
    public static boolean isNonce(String text) {
        return NONCE.matcher(text).matches();
    }

    /** The statement to be signed. */
    public static String statement(Instant time, String nonce) {
        if (!isNonce(nonce)) {
            throw new IllegalArgumentException("a nonce is 43 characters of base64url");
        }
        return JSON.createObjectNode()
                .put("purpose", PURPOSE)
                .put("nonce", nonce)
                .put("time", time.toString())
                .toString();
    }

    /**
     * A statement that was signed.
     *
     * @param chain DER, the signer's certificate first
     */
    public static SignedTime of(String statement, byte[] signature, List<byte[]> chain) {
        return new SignedTime(statement, signature.clone(), chain);
    }

    /**
     * Reads one; nothing of it is checked but its form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static SignedTime parse(byte[] json) {
        if (json.length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the time takes more than %d bytes".formatted(BYTES_MAX));
        }
        try {
            JsonNode whole = JSON.readTree(json);
            List<byte[]> chain = new ArrayList<>();
            for (JsonNode certificate : whole.path("chain").values()) {
                chain.add(Base64.getDecoder().decode(certificate.stringValue()));
            }
            if (chain.isEmpty() || chain.size() > CERTIFICATES_MAX) {
                throw new IllegalArgumentException(
                        "the time comes with 1 to %d certificates, not %d"
                                .formatted(CERTIFICATES_MAX, chain.size()));
            }
            return new SignedTime(
                    whole.path("statement").stringValue(),
                    Base64.getDecoder().decode(whole.path("signature").stringValue()),
                    chain);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("the time cannot be read", malformed);
        }
    }

    /** As it is sent. */
    public String toJson() {
        ObjectNode whole =
                JSON.createObjectNode()
                        .put("statement", statement)
                        .put("signature", Base64.getEncoder().encodeToString(signature));
        ArrayNode certificates = whole.putArray("chain");
        chain.forEach(der -> certificates.add(Base64.getEncoder().encodeToString(der)));
        return whole.toString();
    }

    /** The bytes that were signed. */
    public byte[] signedBytes() {
        return statement.getBytes(StandardCharsets.UTF_8);
    }

    /** The signature, as it came. */
    public byte[] signature() {
        return signature.clone();
    }

    /** The certificates in DER, as they came, the signer's first. */
    public List<byte[]> chain() {
        return chain;
    }

    /**
     * The time that is stated in answer to a nonce.
     *
     * @throws IllegalArgumentException if the statement is of another kind, or answers another
     */
    public Instant answering(String nonce) {
        try {
            JsonNode said = JSON.readTree(statement);
            if (!said.path("purpose").asString("").equals(PURPOSE)
                    || !said.path("nonce").asString("").equals(nonce)) {
                throw new IllegalArgumentException("the time answers another question");
            }
            return Instant.parse(said.path("time").asString(""));
        } catch (JacksonException | DateTimeException malformed) {
            throw new IllegalArgumentException("the time cannot be read", malformed);
        }
    }
}
