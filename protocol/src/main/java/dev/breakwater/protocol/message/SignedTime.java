/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

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
 * What time it is, for a device whose clock is wrong: the issuing authority's OCSP answer (RFC
 * 6960) about the server's own certificate, with the device's nonce in it (RFC 9654), so that it is
 * no older than the question; and the certificates that lead from the server's to the root. The
 * authority signs it and not the server's TLS key, which a thief may have kept since it ended. Here
 * it is only read and written; whoever believes it has verified it.
 */
public final class SignedTime {

    /** How an answer is limited: three certificates and a status fit many times over. */
    public static final int BYTES_MAX = 32 * 1024;

    private static final int CERTIFICATES_MAX = 8;
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final byte[] status;
    private final List<byte[]> chain;

    private SignedTime(byte[] status, List<byte[]> chain) {
        this.status = status;
        this.chain = List.copyOf(chain);
    }

    /** Whether this is a nonce: 32 bytes as 43 characters of base64url. */
    public static boolean isNonce(String text) {
        return NONCE.matcher(text).matches();
    }

    /**
     * The bytes of a nonce, as the authority signs them.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static byte[] nonceBytes(String nonce) {
        if (!isNonce(nonce)) {
            throw new IllegalArgumentException("a nonce is 43 characters of base64url");
        }
        return Base64.getUrlDecoder().decode(nonce);
    }

    /**
     * An answer.
     *
     * @param status the OCSP answer, DER
     * @param chain DER, the server's certificate first, its issuer second
     */
    public static SignedTime of(byte[] status, List<byte[]> chain) {
        return new SignedTime(status.clone(), chain);
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
                    Base64.getDecoder().decode(whole.path("status").stringValue()), chain);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("the time cannot be read", malformed);
        }
    }

    /** As it is sent. */
    public String toJson() {
        ObjectNode whole =
                JSON.createObjectNode().put("status", Base64.getEncoder().encodeToString(status));
        ArrayNode certificates = whole.putArray("chain");
        chain.forEach(der -> certificates.add(Base64.getEncoder().encodeToString(der)));
        return whole.toString();
    }

    /** The OCSP answer in DER, as it came. */
    public byte[] status() {
        return status.clone();
    }

    /** The certificates in DER, as they came, the server's first. */
    public List<byte[]> chain() {
        return chain;
    }
}
