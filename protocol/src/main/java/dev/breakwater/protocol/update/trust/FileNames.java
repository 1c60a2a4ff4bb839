/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names that strangers chose, made safe for a URL and for a directory. */
public final class FileNames {

    private static final String UNRESERVED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private FileNames() {}

    /**
     * One level of a path: every byte but letters, digits and {@code - . _ ~} as %XX (RFC 3986
     * section 2.3), so slashes too. Different names stay different.
     */
    public static String quoted(String name) {
        StringBuilder quoted = new StringBuilder();
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && UNRESERVED.indexOf(octet) >= 0) {
                quoted.append((char) octet);
            } else {
                quoted.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return quoted.toString();
    }

    /** The path of a target, each level quoted; refuses what leads elsewhere. */
    static String targetPath(String path, String prefix) throws UpdateRefused {
        String[] levels = path.split("/", -1);
        StringBuilder quoted = new StringBuilder();
        for (int level = 0; level < levels.length; level++) {
            String name = levels[level];
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw new UpdateRefused(
                        UpdateFault.UNSAFE_PATH,
                        "a target's path must have no level that is empty, . or ..");
            }
            boolean last = level == levels.length - 1;
            quoted.append(last ? prefix : "").append(quoted(name)).append(last ? "" : "/");
        }
        return quoted.toString();
    }
}
