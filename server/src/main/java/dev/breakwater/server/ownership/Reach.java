/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.server.account.Permission;
import java.util.Set;

/**
 * What a caller may do with one device at this moment, beside what their role permits.
 *
 * @param permissions none, if the caller may not even know that there is such a device
 * @param shared whether somebody else lets them, which may end at any moment
 */
public record Reach(Set<Permission> permissions, boolean shared) {

    static final Reach NOTHING = new Reach(Set.of(), false);

    /** Copies the permissions. */
    public Reach {
        permissions = Set.copyOf(permissions);
    }

    /** Whether the caller may know of the device. */
    public boolean isAny() {
        return !permissions.isEmpty();
    }

    /** Whether the caller may do what needs this permission. */
    public boolean permits(Permission permission) {
        return permissions.contains(permission);
    }
}
