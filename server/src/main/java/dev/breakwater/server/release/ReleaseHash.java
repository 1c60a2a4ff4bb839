/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import java.util.regex.Pattern;

/**
 * Names the bytes of a release: the SHA-256 of its artifact.
 *
 * @param hex 64 digits in lower case
 */
public record ReleaseHash(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if it is not 64 hexadecimal digits in lower case
     */
    public ReleaseHash {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "a release's hash is 64 hexadecimal digits in lower case");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
