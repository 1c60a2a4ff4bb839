/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.delivery.UpdateFiles;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.store.SqlReleaseStore;

/**
 * How devices get new firmware.
 *
 * @param artifacts what was uploaded, whether or not a release names it
 * @param files what devices may fetch
 */
record Updates(ProductReleases releases, ArtifactStore artifacts, UpdateFiles files) {

    private static final String ARTIFACTS = "artifacts";

    static Updates over(Ground on, OpenParts open) {
        ProductReleases releases =
                open.add(
                        ProductReleases.over(
                                new SqlReleaseStore(on.database(), on.audit()),
                                on.sealingKey(),
                                on.limits(),
                                on.clock()));
        ArtifactStore artifacts =
                open.add(
                        new DirectoryArtifacts(
                                on.data().resolve(ARTIFACTS), on.limits(), on.clock()));
        UpdateFiles files =
                new UpdateFiles(releases.metadata(), releases.releases()::published, artifacts);
        return new Updates(releases, artifacts, files);
    }

    /** Begins what goes on by itself. */
    void start() {
        releases.upkeep().start();
    }
}
