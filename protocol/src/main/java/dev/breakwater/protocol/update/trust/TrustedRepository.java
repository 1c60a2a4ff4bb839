/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.Snapshot;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A repository whose metadata was checked: only {@link RepositoryClient#refresh} makes one. It
 * speaks of the moment at which that update began, and is to be used for it only.
 */
public final class TrustedRepository {

    private final Instant start;
    private final Root root;
    private final Snapshot snapshot;
    private final Targets targets;
    private final Roles roles;

    TrustedRepository(Instant start, Root root, Snapshot snapshot, Targets targets, Roles roles) {
        this.start = start;
        this.root = root;
        this.snapshot = snapshot;
        this.targets = targets;
        this.roles = roles;
    }

    /** When the update began; everything was fresh then. */
    public Instant start() {
        return start;
    }

    /** Whose keys count for what. */
    public Root root() {
        return root;
    }

    /** Which editions belong together. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** What the release keys vouch for themselves. */
    public Targets targets() {
        return targets;
    }

    private record Asked(String role, RoleKeys keys) {}

    /**
     * Looks for a target (section 5.6.7): the first role in the order of delegations that knows it,
     * depth first, and nobody who was not let speak of it by everybody above.
     *
     * @return empty if nobody who is asked knows it
     * @throws UpdateRefused if a role on the way could not be fetched or is not as it must be
     */
    public Optional<FoundTarget> find(String path) throws UpdateRefused, IOException {
        Deque<Asked> toAsk = new ArrayDeque<>();
        toAsk.push(new Asked(TopRole.TARGETS.roleName(), root.keysOf(TopRole.TARGETS)));
        Set<String> visited = new HashSet<>();
        while (!toAsk.isEmpty()) {
            Asked asked = toAsk.pop();
            if (!visited.add(asked.role())) {
                continue;
            }
            if (visited.size() > UpdateLimits.ROLES_VISITED_MAX) {
                throw new UpdateRefused(
                        UpdateFault.TOO_MANY_ROLES,
                        "a target must be found in at most %d roles"
                                .formatted(UpdateLimits.ROLES_VISITED_MAX));
            }
            Targets answer =
                    visited.size() == 1
                            ? targets
                            : roles.targets(asked.role(), asked.keys(), snapshot);
            Optional<TargetFile> file = answer.target(path);
            if (file.isPresent()) {
                return Optional.of(found(path, file.get()));
            }
            List<Asked> next = new ArrayList<>();
            for (DelegatedRole role : answer.delegations()) {
                if (!role.paths().includes(path)) {
                    continue;
                }
                next.add(new Asked(role.name(), role.keys()));
                if (role.terminating()) {
                    // Nobody is asked after it but those whom it lets speak.
                    toAsk.clear();
                    break;
                }
            }
            next.reversed().forEach(toAsk::push);
        }
        return Optional.empty();
    }

    private FoundTarget found(String path, TargetFile file) throws UpdateRefused {
        String prefix = root.consistentSnapshot() ? file.hashes().first().orElse("") + "." : "";
        if (prefix.equals(".")) {
            throw new UpdateRefused(
                    UpdateFault.MALFORMED, "a target must have a hash of a kind that is known");
        }
        return new FoundTarget(path, file, FileNames.targetPath(path, prefix));
    }
}
