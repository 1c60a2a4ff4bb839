/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names an artifact: the SHA-256 of its bytes.
 *
 * @param hex 64 digits in lower case; nothing else, so that it may stand in a path
 */
public record ArtifactHash(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if it is not 64 hexadecimal digits in lower case
     */
    public ArtifactHash {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "an artifact's hash is 64 hexadecimal digits in lower case");
        }
    }

    /** The hash that somebody sent, if it is one. */
    public static Optional<ArtifactHash> of(String text) {
        return FORM.matcher(text).matches()
                ? Optional.of(new ArtifactHash(text))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return hex;
    }
}
