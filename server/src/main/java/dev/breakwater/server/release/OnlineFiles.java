/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.FileEdition;
import dev.breakwater.protocol.update.metadata.Snapshot;
import dev.breakwater.protocol.update.metadata.Timestamp;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.ReleaseStore.MetadataFile;
import dev.breakwater.server.release.ReleaseStore.Repository;
import dev.breakwater.server.release.ReleaseStore.Versions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the files that the server signs by itself. */
final class OnlineFiles {

    private final OnlineKey key;
    private final Duration timestampLife;
    private final Duration snapshotLife;

    OnlineFiles(OnlineKey key, Limits limits) {
        this.key = key;
        this.timestampLife = limits.seconds(Limit.UPDATE_TIMESTAMP_SECONDS);
        this.snapshotLife = limits.seconds(Limit.UPDATE_SNAPSHOT_SECONDS);
    }

    /** New files, the versions that are current with them, and when half of a life is over. */
    record Signed(List<MetadataFile> files, Versions versions, Instant signAgainAt) {}

    /**
     * A snapshot of these targets and a timestamp of that.
     *
     * @param signer the key that the root names which is in force with them
     */
    Signed both(ProductId product, SealedKey signer, Versions before, byte[] targets, Instant now) {
        long version = before.snapshot() + 1;
        Instant expires = end(now, snapshotLife);
        Snapshot snapshot =
                new Snapshot(
                        version,
                        expires,
                        Map.of(
                                TopRole.TARGETS.roleName(),
                                FileEdition.of(before.targets(), targets)));
        MetadataFile file =
                new MetadataFile(
                        TopRole.SNAPSHOT.roleName(),
                        version,
                        expires,
                        key.sign(product, signer, snapshot));
        return withTimestamp(product, signer, before, file, List.of(file), now);
    }

    /** Whether a snapshot with this end is half through its life, or would live for too long. */
    boolean isSnapshotDue(Instant snapshotEnd, Instant now) {
        return !half(snapshotEnd, snapshotLife).isAfter(now)
                || snapshotEnd.isAfter(now.plus(snapshotLife));
    }

    /** A timestamp of a snapshot that stays as it is. */
    Signed timestamp(Repository repository, MetadataFile snapshot, Instant now) {
        return withTimestamp(
                repository.product(),
                repository.keys().require(repository.keys().roles().root()),
                repository.versions(),
                snapshot,
                List.of(),
                now);
    }

    private Signed withTimestamp(
            ProductId product,
            SealedKey signer,
            Versions before,
            MetadataFile snapshot,
            List<MetadataFile> more,
            Instant now) {
        long version = before.timestamp() + 1;
        Instant expires = end(now, timestampLife);
        Timestamp timestamp =
                new Timestamp(
                        version, expires, FileEdition.of(snapshot.version(), snapshot.content()));
        List<MetadataFile> files = new ArrayList<>(more);
        files.add(
                new MetadataFile(
                        TopRole.TIMESTAMP.roleName(),
                        version,
                        expires,
                        key.sign(product, signer, timestamp)));
        Instant snapshotHalf = half(snapshot.expires(), snapshotLife);
        Instant timestampHalf = half(expires, timestampLife);
        return new Signed(
                List.copyOf(files),
                new Versions(before.root(), before.targets(), snapshot.version(), version),
                timestampHalf.isBefore(snapshotHalf) ? timestampHalf : snapshotHalf);
    }

    private static Instant half(Instant end, Duration life) {
        return end.minus(life.dividedBy(2));
    }

    private static Instant end(Instant now, Duration life) {
        return now.plus(life).truncatedTo(ChronoUnit.SECONDS);
    }
}
