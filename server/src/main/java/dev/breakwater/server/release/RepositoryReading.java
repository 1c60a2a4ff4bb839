/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.ReleaseStore.MetadataFile;
import dev.breakwater.server.release.ReleaseStore.Repository;
import dev.breakwater.server.release.ReleaseStore.Versions;
import java.time.Clock;
import java.util.Optional;

/** Reads what a repository has. */
final class RepositoryReading {

    private final ReleaseStore store;
    private final Attention attention;
    private final Clock clock;

    RepositoryReading(ReleaseStore store, Limits limits, Clock clock) {
        this.store = store;
        this.attention = new Attention(limits);
        this.clock = clock;
    }

    RepositoryView view(Repository repository) {
        Versions versions = repository.versions();
        Optional<RepositoryView.Edition> root = edition(repository, TopRole.ROOT, versions.root());
        Optional<RepositoryView.Edition> targets =
                edition(repository, TopRole.TARGETS, versions.targets());
        Optional<Root> rootInForce = root.isPresent() ? root(repository) : Optional.empty();
        return new RepositoryView(
                repository.product(),
                repository.keys().all().stream().map(key -> key(repository.keys(), key)).toList(),
                root,
                targets,
                edition(repository, TopRole.SNAPSHOT, versions.snapshot()),
                edition(repository, TopRole.TIMESTAMP, versions.timestamp()),
                attention.of(
                        rootInForce, root, targets, repository.keys().roles(), clock.instant()));
    }

    RepositoryView.Key key(OnlineKeys keys, SealedKey key) {
        OnlineKeys.Roles roles = keys.roles();
        RepositoryView.KeyState state;
        if (key.number() == roles.prepared()) {
            state = RepositoryView.KeyState.PREPARED;
        } else if (key.number() == Math.max(roles.root(), roles.director())) {
            state = RepositoryView.KeyState.IN_FORCE;
        } else {
            state = RepositoryView.KeyState.GOING;
        }
        return new RepositoryView.Key(
                OnlineKey.listed(key.publicKey()), key.publicKey(), state, key.createdAt());
    }

    Optional<RepositoryView.Edition> edition(Repository repository, TopRole role, long version) {
        return store.expiry(
                        repository.organization(),
                        repository.product(),
                        MetadataFile.nameOf(role.roleName(), version))
                .map(expires -> new RepositoryView.Edition(version, expires));
    }

    Optional<Root> root(Repository repository) {
        return file(repository, TopRole.ROOT, repository.versions().root()).map(RootRules::stored);
    }

    Optional<byte[]> file(Repository repository, TopRole role, long version) {
        return store.file(
                repository.organization(),
                repository.product(),
                MetadataFile.nameOf(role.roleName(), version));
    }
}
