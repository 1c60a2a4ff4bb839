/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the files are that a role vouches for, and whom it lets vouch for others (section 4.5).
 *
 * @param version which edition
 * @param expires from when on it must not be believed
 * @param targets by path
 * @param delegations in the order in which they are asked
 */
public record Targets(
        long version,
        Instant expires,
        Map<String, TargetFile> targets,
        List<DelegatedRole> delegations)
        implements Metadata {

    /** Refuses paths that are empty or too long, and a role that is delegated to twice. */
    public Targets {
        Editions.require(version, expires);
        targets = Collections.unmodifiableMap(new TreeMap<>(targets));
        delegations = List.copyOf(delegations);
        for (String path : targets.keySet()) {
            if (path.isEmpty() || path.length() > MetadataLimits.TARGET_PATH_CHARACTERS_MAX) {
                throw new IllegalArgumentException(
                        "a target's path must have 1 to %d characters"
                                .formatted(MetadataLimits.TARGET_PATH_CHARACTERS_MAX));
            }
        }
        Set<String> names = new HashSet<>();
        for (DelegatedRole role : delegations) {
            if (!names.add(role.name())) {
                throw new IllegalArgumentException("a role must be delegated to once");
            }
        }
    }

    /** What it says of a file; empty if nothing. */
    public Optional<TargetFile> target(String path) {
        return Optional.ofNullable(targets.get(path));
    }

    /** Whom it delegates to under this name; empty if to nobody. */
    public Optional<DelegatedRole> delegation(String name) {
        return delegations.stream().filter(role -> role.name().equals(name)).findAny();
    }
}
