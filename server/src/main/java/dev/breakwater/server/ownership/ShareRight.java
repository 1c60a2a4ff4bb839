/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.server.account.Permission;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What somebody may do with a device that is shared with them, as a set of permissions. */
public enum ShareRight {
    /** See how it is and what it tells. */
    READ(
            EnumSet.of(
                    Permission.DEVICES_READ,
                    Permission.STATE_READ,
                    Permission.TELEMETRY_READ,
                    Permission.EVENTS_READ)),
    /** Also let it do something, and say how it is to be. */
    USE(
            EnumSet.of(
                    Permission.DEVICES_READ,
                    Permission.STATE_READ,
                    Permission.STATE_WRITE,
                    Permission.TELEMETRY_READ,
                    Permission.COMMANDS_READ,
                    Permission.COMMANDS_WRITE,
                    Permission.EVENTS_READ));

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable view of a set nobody else holds
    private final Set<Permission> permissions;

    ShareRight(EnumSet<Permission> permissions) {
        this.permissions = Collections.unmodifiableSet(permissions);
    }

    /** What it permits, of the one device. */
    public Set<Permission> permissions() {
        return permissions;
    }

    /** The name in API, store and audit log, e.g. {@code use}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the name.
     *
     * @throws IllegalArgumentException if there is no such right
     */
    public static ShareRight parse(String code) {
        for (ShareRight right : values()) {
            if (right.code().equals(code)) {
                return right;
            }
        }
        throw new IllegalArgumentException(
                "there is no right '%s' to a shared device; there are read and use"
                        .formatted(code));
    }
}
