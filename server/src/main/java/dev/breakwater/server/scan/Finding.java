/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

/**
 * A secret, told without it.
 *
 * @param rule the id of what found it
 * @param description what it is, for people
 * @param offset of its first byte in the innermost content, after decompression; where the same
 *     secret stands in a file more than once, of the first
 * @param length bytes of the secret
 * @param excerpt how it begins, at most four characters and never more than a quarter of it
 * @param entropy Shannon's, in bits a byte
 * @param occurrences how often the same secret stands in this file
 */
public record Finding(
        String rule,
        String description,
        ContainerPath path,
        long offset,
        int length,
        String excerpt,
        double entropy,
        Fingerprint fingerprint,
        int occurrences) {

    private static final int SHOWN_MAX = 4;

    Finding again() {
        return new Finding(
                rule,
                description,
                path,
                offset,
                length,
                excerpt,
                entropy,
                fingerprint,
                occurrences + 1);
    }

    /** The beginning of a secret that may be shown; nothing of one that is not text. */
    static String excerpt(String secret) {
        int shown = Math.min(SHOWN_MAX, secret.length() / 4);
        String beginning = secret.substring(0, shown);
        return beginning.chars().allMatch(c -> c > ' ' && c <= '~') ? beginning + "…" : "…";
    }
}
