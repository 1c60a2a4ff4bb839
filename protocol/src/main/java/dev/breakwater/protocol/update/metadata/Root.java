/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Whose keys count for what (section 4.3).
 *
 * @param version which edition
 * @param expires from when on it must not be believed
 * @param consistentSnapshot whether files are named with their versions and hashes
 * @param roles the keys of each of the four roles
 */
public record Root(
        long version, Instant expires, boolean consistentSnapshot, Map<TopRole, RoleKeys> roles)
        implements Metadata {

    /** Refuses a root that leaves a role without keys. */
    public Root {
        Editions.require(version, expires);
        roles = Map.copyOf(roles);
        if (roles.size() != TopRole.values().length) {
            throw new IllegalArgumentException("a root must list the keys of all four roles");
        }
    }

    /** The keys of a role. */
    public RoleKeys keysOf(TopRole role) {
        RoleKeys keys = roles.get(role);
        if (keys == null) {
            throw new IllegalStateException("every root lists the keys of " + role);
        }
        return keys;
    }

    /** The next edition, in which a role has other keys. It needs old and new keys of root. */
    public Root rotated(TopRole role, RoleKeys keys, Instant newExpires) {
        Map<TopRole, RoleKeys> next = new EnumMap<>(roles);
        next.put(role, keys);
        return new Root(version + 1, newExpires, consistentSnapshot, next);
    }

    /** The next edition, which only lasts longer. */
    public Root renewed(Instant newExpires) {
        return new Root(version + 1, newExpires, consistentSnapshot, roles);
    }
}
