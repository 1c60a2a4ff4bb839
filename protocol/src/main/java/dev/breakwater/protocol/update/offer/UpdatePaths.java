/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import java.util.regex.Pattern;

/**
 * Where a device finds the files of its product's updates, at the server's port for devices by
 * mutual TLS. The product is that of the credential; no path names it.
 *
 * <p>{@code GET} of {@link #METADATA} and a name gives a file of metadata; {@code GET} or {@code
 * HEAD} of {@link #ARTIFACTS} and a SHA-256 gives an artifact, also a single range of it (RFC 9110
 * section 14).
 */
public final class UpdatePaths {

    /** Where metadata lies; the file's name follows. */
    public static final String METADATA = "/updates/metadata/";

    /** Where artifacts lie; the SHA-256 follows, 64 hexadecimal digits in lower case. */
    public static final String ARTIFACTS = "/updates/artifacts/";

    /** The longest name of a file of metadata: a version, and a role's name with %XX. */
    public static final int NAME_CHARACTERS_MAX = 272;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*\\.json");

    private UpdatePaths() {}

    /**
     * The path of a file of metadata.
     *
     * @param name such as {@code timestamp.json} or {@code 3.root.json}
     * @throws IllegalArgumentException if no such file has that name
     */
    public static String metadata(String name) {
        return METADATA + requireName(name);
    }

    /**
     * The path of an artifact.
     *
     * @param sha256 64 hexadecimal digits in lower case
     * @throws IllegalArgumentException if it is not that
     */
    public static String artifact(String sha256) {
        return ARTIFACTS + requireSha256(sha256);
    }

    static String requireName(String name) {
        if (name.length() > NAME_CHARACTERS_MAX || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a file of metadata has a name such as 3.targets.json, of at most %d characters"
                            .formatted(NAME_CHARACTERS_MAX));
        }
        return name;
    }

    static String requireSha256(String sha256) {
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("a SHA-256 is 64 hexadecimal digits in lower case");
        }
        return sha256;
    }
}
