/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import java.util.Arrays;
import java.util.Base64;

/**
 * The director's signed file as it was signed, 1 to {@value UpdateOffer#STATEMENT_BYTES_MAX} bytes,
 * not yet read. Immutable; equal to another of the same bytes.
 */
public final class SignedStatement {

    private static final int CHARS_MAX = (UpdateOffer.STATEMENT_BYTES_MAX + 2) / 3 * 4;

    private final byte[] bytes;

    private SignedStatement(byte[] bytes) {
        if (bytes.length < 1 || bytes.length > UpdateOffer.STATEMENT_BYTES_MAX) {
            throw notItsForm();
        }
        this.bytes = bytes;
    }

    /**
     * These bytes; a copy is taken.
     *
     * @throws IllegalArgumentException if they are none or too many
     */
    public static SignedStatement of(byte[] bytes) {
        return new SignedStatement(bytes.clone());
    }

    static SignedStatement parse(String base64) {
        if (base64.length() > CHARS_MAX) {
            throw notItsForm();
        }
        SignedStatement parsed;
        try {
            parsed = new SignedStatement(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException notBase64) {
            throw notItsForm();
        }
        // The decoder overlooks missing padding and bits behind the last byte.
        if (!parsed.base64().equals(base64)) {
            throw notItsForm();
        }
        return parsed;
    }

    private static IllegalArgumentException notItsForm() {
        return new IllegalArgumentException(
                "an offer's statement is 1 to %d bytes in base64 with padding"
                        .formatted(UpdateOffer.STATEMENT_BYTES_MAX));
    }

    /** In base64 with padding (RFC 4648 section 4). */
    String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedStatement that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "a statement of " + bytes.length + " bytes";
    }
}
