/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What an ETag says (RFC 9110 section 8.8.3): the version of the thing, which is all that If-Match
 * looks at, and a digest of what is shown of it. A device that connects changes what is shown and
 * not its version; were the version all, whoever asks with If-None-Match would never learn of it.
 *
 * @param quoted as it stands in the header, e.g. {@code "12-0f3a51c2d4e5f607"}
 */
record EntityTag(String quoted) {

    private static final int DIGEST_BYTES = 8;

    /** The tag of this version, shown like this. */
    static EntityTag of(long version, byte[] shown) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(shown);
            String part = HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
            return new EntityTag("\"" + version + "-" + part + "\"");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** The version that a tag in If-Match names; what was shown when it was read does not count. */
    static long version(String quoted) {
        String opaque = quoted.substring(1, quoted.length() - 1);
        int dash = opaque.indexOf('-');
        return Long.parseLong(dash < 0 ? opaque : opaque.substring(0, dash));
    }

    /**
     * Whether If-None-Match names it. The comparison is the weak one (RFC 9110 section 13.1.2): an
     * intermediary may have called it weak.
     */
    boolean isNamedBy(String ifNoneMatch) {
        return Arrays.stream(ifNoneMatch.split(",", -1))
                .map(String::strip)
                .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                .anyMatch(tag -> tag.equals("*") || tag.equals(quoted));
    }
}
