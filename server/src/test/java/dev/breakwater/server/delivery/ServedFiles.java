/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.ArtifactStore.Begun;
import dev.breakwater.server.artifact.ArtifactUpload.Finished;
import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseState;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Releases and metadata in memory. */
public final class ServedFiles {

    private static final int PART_BYTES = 8 << 20;

    private record Key(OrganizationId organization, ProductId product, String name) {}

    private final Map<Key, Release> releases = new ConcurrentHashMap<>();
    private final Map<Key, byte[]> metadata = new ConcurrentHashMap<>();

    /** With the artifacts of a store. */
    public UpdateFiles files(ArtifactStore artifacts) {
        return new UpdateFiles(
                (organization, product, name) ->
                        Optional.ofNullable(metadata.get(new Key(organization, product, name))),
                (organization, product, hash) ->
                        Optional.ofNullable(
                                releases.get(new Key(organization, product, hash.hex()))),
                artifacts);
    }

    /** Publishes an artifact to the devices of a product. */
    public void publish(OrganizationId organization, ProductId product, StoredArtifact artifact) {
        ReleaseHash hash = new ReleaseHash(artifact.hash().hex());
        releases.put(
                new Key(organization, product, hash.hex()),
                new Release(
                        ReleaseId.fresh(),
                        organization,
                        product,
                        "1.1/tank.zip",
                        artifact.length(),
                        hash,
                        new ReleaseDescription(
                                "tank",
                                new ReleaseVersion("1.1"),
                                2,
                                List.of("rev-a"),
                                Optional.empty(),
                                0,
                                Optional.empty(),
                                "Feeds on time.",
                                false),
                        ReleaseState.PUBLISHED,
                        Instant.EPOCH));
    }

    /** Uploads an artifact. */
    public static StoredArtifact store(
            ArtifactStore artifacts, OrganizationId organization, byte[] content) {
        ArtifactHash hash = new ArtifactHash(sha256(content));
        Begun.Open begun = (Begun.Open) artifacts.begin(organization, hash, content.length);
        for (int at = 0; at < content.length; at += PART_BYTES) {
            int end = Math.min(content.length, at + PART_BYTES);
            var _ = begun.upload().append(at, Arrays.copyOfRange(content, at, end));
        }
        return ((Finished.Stored) begun.upload().finish()).artifact();
    }

    /** Puts a file of metadata there. */
    public void put(OrganizationId organization, ProductId product, String name, byte[] bytes) {
        metadata.put(new Key(organization, product, name), bytes);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
