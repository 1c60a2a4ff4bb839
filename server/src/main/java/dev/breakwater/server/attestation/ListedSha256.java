/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an entry of an allow-list is known by: a SHA-256, of a certificate or of a public key.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ListedSha256(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** Refuses every other form. */
    public ListedSha256 {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("a SHA-256 is 64 hexadecimal digits");
        }
    }

    /**
     * Reads it as people write it: in either case, with colons or without.
     *
     * @throws IllegalArgumentException if it is no SHA-256
     */
    public static ListedSha256 parse(String text) {
        return new ListedSha256(text.replace(":", "").toLowerCase(Locale.ROOT));
    }

    /** Of these bytes. */
    static ListedSha256 of(byte[] bytes) {
        return new ListedSha256(HexFormat.of().formatHex(Sha256.of(bytes)));
    }

    @Override
    public String toString() {
        return hex;
    }
}
