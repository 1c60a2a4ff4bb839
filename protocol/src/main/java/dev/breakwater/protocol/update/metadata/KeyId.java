/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.regex.Pattern;

/**
 * The name of a key: the SHA-256 of its canonical form.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record KeyId(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** Refuses what is no SHA-256 in lower-case hexadecimal. */
    public KeyId {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("a key id must be 64 lower-case hexadecimal digits");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
