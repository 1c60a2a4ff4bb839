/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.delivery.UpdateFiles;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.store.SqlReleaseStore;
import dev.breakwater.server.store.SqlVettingStore;
import dev.breakwater.server.vetting.ArtifactVetting;

/**
 * How devices get new firmware.
 *
 * @param artifacts what was uploaded, whether or not a release names it
 * @param vetting what it goes through before a release may name it
 * @param files what devices may fetch
 */
record Updates(
        ArtifactStore artifacts,
        ArtifactVetting vetting,
        ProductReleases releases,
        UpdateFiles files) {

    private static final String ARTIFACTS = "artifacts";

    static Updates over(Ground on, OpenParts open) {
        ArtifactStore artifacts =
                open.add(
                        new DirectoryArtifacts(
                                on.data().resolve(ARTIFACTS), on.limits(), on.clock()));
        ArtifactVetting vetting =
                open.add(
                        new ArtifactVetting(
                                new SqlVettingStore(on.database(), on.audit()),
                                artifacts,
                                on.limits(),
                                on.clock()));
        ProductReleases releases =
                open.add(
                        ProductReleases.over(
                                new SqlReleaseStore(on.database(), on.audit()),
                                vetting,
                                on.sealingKey(),
                                on.limits(),
                                on.clock()));
        UpdateFiles files =
                new UpdateFiles(releases.metadata(), releases.releases()::published, artifacts);
        return new Updates(artifacts, vetting, releases, files);
    }

    /** Begins what goes on by itself. */
    void start() {
        releases.upkeep().start();
    }
}
