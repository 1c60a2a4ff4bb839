/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.DirectorStatement;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a repository begins with. */
final class FirstFiles {

    private FirstFiles() {}

    /**
     * The first root: people's keys for root and releases, the server's for what it keeps fresh.
     */
    static Signed root(
            List<SigningKey> rootKeys,
            int rootThreshold,
            List<SigningKey> releaseKeys,
            int releaseThreshold,
            MetadataKey online,
            Instant expires) {
        RoleKeys server = new RoleKeys(List.of(online), 1);
        Root root =
                new Root(
                        1,
                        expires,
                        true,
                        Map.of(
                                TopRole.ROOT,
                                new RoleKeys(keys(rootKeys), rootThreshold),
                                TopRole.TARGETS,
                                new RoleKeys(keys(releaseKeys), releaseThreshold),
                                TopRole.SNAPSHOT,
                                server,
                                TopRole.TIMESTAMP,
                                server));
        return Signed.by(root, rootKeys);
    }

    /** The first file of targets: no release yet, and who directs. */
    static Signed targets(List<SigningKey> releaseKeys, MetadataKey online, Instant expires) {
        return Signed.by(new Targets(1, expires, Map.of(), List.of(director(online))), releaseKeys);
    }

    /** The director may speak of no path of the repository: it says who installs, not what. */
    static DelegatedRole director(MetadataKey online) {
        return new DelegatedRole(
                DirectorStatement.ROLE,
                new RoleKeys(List.of(online), 1),
                false,
                new PathScope.Patterns(List.of()));
    }

    private static List<MetadataKey> keys(List<SigningKey> signers) {
        return signers.stream().map(SigningKey::key).toList();
    }
}
