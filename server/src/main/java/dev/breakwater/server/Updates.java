/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.artifact.ArtifactScrub;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.delivery.UpdateFiles;
import dev.breakwater.server.event.AnnouncingRolloutStore;
import dev.breakwater.server.event.AnnouncingUpdatePolicyStore;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.rollout.FleetUpdates;
import dev.breakwater.server.store.SqlReleaseStore;
import dev.breakwater.server.store.SqlScanRuleStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.store.SqlUpdatePolicyStore;
import dev.breakwater.server.store.SqlVettingStore;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.ScanRules;
import java.util.Optional;

/**
 * How devices get new firmware.
 *
 * @param artifacts what was uploaded, whether or not a release names it
 * @param vetting what it goes through before a release may name it
 * @param files what devices may fetch
 * @param fleet who is told to, and when
 * @param scrub notices what was altered at rest; none where a bucket sees to that itself
 */
record Updates(
        ArtifactStore artifacts,
        ArtifactVetting vetting,
        ProductReleases releases,
        UpdateFiles files,
        FleetUpdates fleet,
        Optional<ArtifactScrub> scrub) {

    static Updates over(Ground on, Identities who, OpenParts open) {
        ArtifactStore artifacts = on.artifacts();
        ArtifactVetting vetting =
                open.add(
                        new ArtifactVetting(
                                new SqlVettingStore(on.database(), on.audit()),
                                new ScanRules(
                                        new SqlScanRuleStore(on.database(), on.audit()),
                                        on.limits(),
                                        on.clock()),
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
        FleetUpdates fleet =
                open.add(
                        new FleetUpdates(
                                new FleetUpdates.Parts(
                                        new AnnouncingRolloutStore(who.rollouts(), who.events()),
                                        new AnnouncingUpdatePolicyStore(
                                                new SqlUpdatePolicyStore(on.database(), on.audit()),
                                                who.events()),
                                        who.devices(),
                                        new SqlTwinStore(on.database(), on.audit()),
                                        releases.releases(),
                                        releases.director(),
                                        who.sessions()),
                                on.limits(),
                                on.clock()));
        return new Updates(artifacts, vetting, releases, files, fleet, scrub(on).map(open::add));
    }

    private static Optional<ArtifactScrub> scrub(Ground on) {
        return on.artifacts() instanceof DirectoryArtifacts own
                ? Optional.of(new ArtifactScrub(own, on.audit(), on.meters(), on.limits()))
                : Optional.empty();
    }

    /** Begins what goes on by itself. */
    void start() {
        releases.upkeep().start();
        fleet.start();
        scrub.ifPresent(ArtifactScrub::start);
    }
}
