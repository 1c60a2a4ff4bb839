/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Releases and metadata in memory. */
public final class ServedFiles {

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
    public void publish(
            OrganizationId organization,
            ProductId product,
            StoredArtifact artifact,
            ReleaseDescription description) {
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
                        description,
                        ReleaseState.PUBLISHED,
                        Instant.EPOCH));
    }

    /** Puts a file of metadata there. */
    public void put(OrganizationId organization, ProductId product, String name, byte[] bytes) {
        metadata.put(new Key(organization, product, name), bytes);
    }
}
