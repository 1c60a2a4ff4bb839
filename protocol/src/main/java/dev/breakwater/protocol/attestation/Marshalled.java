/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.attestation;

import java.util.Arrays;
import java.util.Base64;

/**
 * Bytes as a TPM or a certificate authority made them, 1 to {@value #BYTES_MAX}. Immutable; equal
 * to another of the same bytes; never printed, as some of them are secret.
 */
public final class Marshalled {

    /** The longest: an X.509 certificate with a key of 4096 bits and many extensions. */
    public static final int BYTES_MAX = 4096;

    private static final int CHARS_MAX = (BYTES_MAX * 4 + 2) / 3;

    private final byte[] bytes;

    private Marshalled(byte[] bytes) {
        if (bytes.length < 1 || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "marshalled data is 1 to " + BYTES_MAX + " bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    /** These bytes; a copy is taken. */
    public static Marshalled of(byte[] bytes) {
        return new Marshalled(bytes.clone());
    }

    /** The bytes of this text in base64url without padding, in their only spelling. */
    static Marshalled parse(String base64url) {
        if (base64url.length() > CHARS_MAX || !base64url.matches("[A-Za-z0-9_-]+")) {
            throw notItsForm();
        }
        Marshalled parsed;
        try {
            parsed = new Marshalled(Base64.getUrlDecoder().decode(base64url));
        } catch (IllegalArgumentException oneCharacterTooMany) {
            throw notItsForm();
        }
        // The decoder overlooks bits behind the last byte; two spellings are one too many.
        if (!parsed.base64url().equals(base64url)) {
            throw notItsForm();
        }
        return parsed;
    }

    private static IllegalArgumentException notItsForm() {
        return new IllegalArgumentException(
                "marshalled data is 1 to %d bytes in base64url without padding"
                        .formatted(BYTES_MAX));
    }

    /** In base64url without padding (RFC 4648 section 5). */
    String base64url() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** How many they are. */
    public int length() {
        return bytes.length;
    }

    /** Refuses more bytes than a member may have. */
    Marshalled within(int bytesMax, String member) {
        if (bytes.length > bytesMax) {
            throw new IllegalArgumentException(
                    "%s is at most %d bytes, not %d".formatted(member, bytesMax, bytes.length));
        }
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Marshalled that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
