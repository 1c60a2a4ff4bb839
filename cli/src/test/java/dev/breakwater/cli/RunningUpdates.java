/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.api.Api;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.rollout.FleetUpdates;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlReleaseStore;
import dev.breakwater.server.store.SqlRolloutStore;
import dev.breakwater.server.store.SqlScanRuleStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.store.SqlUpdatePolicyStore;
import dev.breakwater.server.store.SqlVettingStore;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.ScanRules;
import java.nio.file.Path;
import java.time.Clock;

/** Releases and artifacts of a {@link RunningApi}. */
final class RunningUpdates {

    private RunningUpdates() {}

    static Api.Updates over(
            Path directory,
            Database database,
            SqlAuditLog audit,
            SqlDeviceStore devices,
            LiveSessions sessions,
            Limits limits,
            Clock clock) {
        ArtifactVetting vetting =
                new ArtifactVetting(
                        new SqlVettingStore(database, audit),
                        new ScanRules(new SqlScanRuleStore(database, audit), limits, clock),
                        new DirectoryArtifacts(directory.resolve("artifacts"), limits, clock),
                        limits,
                        clock);
        ProductReleases releases =
                ProductReleases.over(
                        new SqlReleaseStore(database, audit),
                        vetting,
                        SealingKey.random(),
                        limits,
                        clock);
        FleetUpdates fleet =
                new FleetUpdates(
                        new FleetUpdates.Parts(
                                new SqlRolloutStore(database, audit, clock),
                                new SqlUpdatePolicyStore(database, audit),
                                devices,
                                new SqlTwinStore(database, audit),
                                releases.releases(),
                                releases.director(),
                                sessions),
                        limits,
                        clock);
        return new Api.Updates(vetting, releases, fleet);
    }
}
