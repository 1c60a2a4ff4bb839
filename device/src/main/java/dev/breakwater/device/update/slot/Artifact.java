/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.util.regex.Pattern;

/**
 * Which bytes are to be installed.
 *
 * @param path where the server has them
 * @param lengthBytes exactly so many
 * @param sha256 their hash, 64 lower-case hexadecimal digits
 */
public record Artifact(String path, long lengthBytes, String sha256) {

    private static final int PATH_CHARS_MAX = 1024;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Refuses an empty artifact, and what is no hash. */
    public Artifact {
        if (path.isEmpty() || path.length() > PATH_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "an artifact's path has 1 to %d characters".formatted(PATH_CHARS_MAX));
        }
        if (lengthBytes < 1) {
            throw new IllegalArgumentException("an artifact has at least one byte");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("a SHA-256 has 64 lower-case hexadecimal digits");
        }
    }
}
