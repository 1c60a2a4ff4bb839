/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.sealing.SealingKeyUnavailable;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.artifact.S3Artifacts;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAuditLog;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** What everything stands on: directory, keys, database, audit log, artifacts, limits, clock. */
record Ground(
        Path data,
        SealingKey sealingKey,
        CaKeyStore caKeys,
        Database database,
        SqlAuditLog audit,
        PrometheusMeterRegistry meters,
        Bans bans,
        Refusals refusals,
        ArtifactStore artifacts,
        Limits limits,
        Clock clock) {

    private static final String CA_DIRECTORY = "ca";
    static final String ARTIFACT_DIRECTORY = "artifacts";

    static Ground open(ServerConfiguration configuration, Clock clock, OpenParts open)
            throws StartRefused, SealingKeyUnavailable, KeyStoreFailed {
        Limits limits = configuration.limits();
        Path data = open.add(DataDirectory.open(configuration.dataDirectory())).path();
        Path caDirectory = data.resolve(CA_DIRECTORY);
        SealingKey sealingKey =
                KeysAtRest.sealingKey(configuration.sealingKey(), Files.notExists(caDirectory));
        open.add(sealingKey::destroy);
        CaKeyStore caKeys = KeysAtRest.caKeys(configuration.caKeys(), caDirectory, sealingKey);
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Database database = open.add(Database.open(configuration.database(), limits, meters));
        SqlAuditLog audit = new SqlAuditLog(database, clock);
        int recordedMax = limits.of(Limit.REFUSALS_RECORDED_PER_SECOND);
        Bans bans =
                new Bans(
                        limits,
                        Moment.Source.of(clock),
                        audit,
                        meters,
                        configuration.neverBanned());
        Refusals refusals = new Refusals(audit, meters, clock, recordedMax, bans::count);
        Path arriving = data.resolve(ARTIFACT_DIRECTORY);
        ArtifactStore artifacts =
                open.add(
                        configuration
                                .artifacts()
                                .<ArtifactStore>map(
                                        place -> new S3Artifacts(arriving, place, limits, clock))
                                .orElseGet(() -> new DirectoryArtifacts(arriving, limits, clock)));
        return new Ground(
                data,
                sealingKey,
                caKeys,
                database,
                audit,
                meters,
                bans,
                refusals,
                artifacts,
                limits,
                clock);
    }
}
