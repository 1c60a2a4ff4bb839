/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactStore.Begun;
import dev.breakwater.server.artifact.ArtifactUpload;
import dev.breakwater.server.artifact.ArtifactUpload.Finished;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.OnlineKeys;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseState;
import dev.breakwater.server.release.ReleaseStore.Change;
import dev.breakwater.server.release.ReleaseStore.Repository;
import dev.breakwater.server.release.ReleaseStore.Versions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlReleaseStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts an artifact into a server's data before it starts, as if a product's people had uploaded and
 * published it: what is measured is how it is delivered.
 */
final class PublishedArtifact {

    private static final int PART_BYTES = 8 << 20;

    private PublishedArtifact() {}

    /**
     * Publishes it to the product of a device.
     *
     * @param data a server's data directory; no server may be using it
     * @param hash of the file
     */
    static void put(Path data, DeviceIdentity device, Path file, String hash)
            throws IOException, CertificateEncodingException {
        Clock clock = Clock.systemUTC();
        try (Database database =
                Database.open(
                        new DatabaseLocation.SqliteFile(data.resolve("breakwater.db")),
                        Limits.defaults())) {
            SqlAuditLog audit = new SqlAuditLog(database, clock);
            Device known =
                    new SqlCredentialStore(database, audit)
                            .find(CredentialFingerprint.of(device.chain().getFirst().getEncoded()))
                            .orElseThrow()
                            .device();
            store(data, known.organization(), file, hash, clock);
            publish(new SqlReleaseStore(database, audit), known, file, hash, clock.instant());
        }
    }

    private static void store(
            Path data, OrganizationId organization, Path file, String hash, Clock clock)
            throws IOException {
        try (DirectoryArtifacts artifacts =
                        new DirectoryArtifacts(
                                data.resolve("artifacts"), Limits.defaults(), clock);
                InputStream in = Files.newInputStream(file)) {
            if (!(artifacts.begin(organization, new ArtifactHash(hash), Files.size(file))
                    instanceof Begun.Open(ArtifactUpload upload))) {
                throw new ServerFailed("the artifact is not taken");
            }
            long offset = 0;
            for (byte[] part = in.readNBytes(PART_BYTES);
                    part.length > 0;
                    part = in.readNBytes(PART_BYTES)) {
                var _ = upload.append(offset, part);
                offset += part.length;
            }
            if (!(upload.finish() instanceof Finished.Stored)) {
                throw new ServerFailed("the artifact is not stored");
            }
        }
    }

    /** A repository whose key signs nothing: the devices of a measurement fetch artifacts. */
    private static Repository begun(SqlReleaseStore releases, Device device, Instant now) {
        OnlineKeys.SealedKey none =
                new OnlineKeys.SealedKey(1, new byte[] {1}, new byte[] {1}, now);
        AuditEvent event =
                AuditEvent.of(
                        device.organization(),
                        new Actor.TokenHolder("bench"),
                        AuditAction.UPDATE_KEY_CREATED,
                        "product:" + device.product(),
                        Map.of());
        Repository empty =
                new Repository(
                        device.organization(),
                        device.product(),
                        OnlineKeys.NONE,
                        0,
                        Versions.NONE,
                        0,
                        Optional.empty(),
                        Optional.empty());
        return releases.prepare(empty, none, List.of(event))
                ? releases.repository(device.organization(), device.product()).orElseThrow()
                : empty;
    }

    private static void publish(
            SqlReleaseStore releases, Device device, Path file, String hash, Instant now)
            throws IOException {
        Repository begun = begun(releases, device, now);
        Release release =
                new Release(
                        ReleaseId.fresh(),
                        device.organization(),
                        device.product(),
                        "1.1/image.bin",
                        Files.size(file),
                        new ReleaseHash(hash),
                        new ReleaseDescription(
                                "bench",
                                new ReleaseVersion("1.1"),
                                1,
                                List.of("any"),
                                Optional.empty(),
                                0,
                                Optional.empty(),
                                "",
                                false),
                        ReleaseState.PUBLISHED,
                        now);
        boolean changed =
                releases.change(
                        begun,
                        new Change(
                                Versions.NONE,
                                begun.keys().roles(),
                                1,
                                List.of(),
                                List.of(release),
                                List.of(),
                                Optional.empty(),
                                Optional.empty()),
                        List.of());
        if (!changed) {
            throw new ServerFailed("the release is not published");
        }
    }
}
