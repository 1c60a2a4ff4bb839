/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.Arrays;
import java.util.Locale;

/** The roles that root lists keys for. */
public enum TopRole {
    /** Lists the keys of all four; offline, several people. */
    ROOT,
    /** Says how fresh all is; online, renewed often. */
    TIMESTAMP,
    /** Says which versions belong together; online. */
    SNAPSHOT,
    /** Says what the releases are; offline. */
    TARGETS;

    /** Its name in the files, and of its file. */
    public String roleName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a role of this name is one of the four. */
    public static boolean isNameOfOne(String name) {
        return Arrays.stream(values()).anyMatch(role -> role.roleName().equals(name));
    }
}
