/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.vetting.ArtifactVetting;
import java.time.Clock;

/**
 * Everything about releases, wired.
 *
 * @param metadata what devices fetch
 * @param director who says which device installs what
 */
public record ProductReleases(
        Releases releases,
        UpdateMetadata metadata,
        Director director,
        UpdateRepositories repositories,
        RepositoryUpkeep upkeep)
        implements AutoCloseable {

    /** Over a store; {@link RepositoryUpkeep#start} begins the work that goes on by itself. */
    public static ProductReleases over(
            ReleaseStore store,
            ArtifactVetting vetting,
            SealingKey sealingKey,
            Limits limits,
            Clock clock) {
        UpdateRepositories repositories =
                new UpdateRepositories(
                        store, sealingKey, new VettedArtifacts(vetting), limits, clock);
        return new ProductReleases(
                store,
                repositories,
                new OnlineDirector(store, sealingKey, clock),
                repositories,
                new RepositoryUpkeep(store, repositories, limits, clock));
    }

    @Override
    public void close() {
        upkeep.close();
    }
}
