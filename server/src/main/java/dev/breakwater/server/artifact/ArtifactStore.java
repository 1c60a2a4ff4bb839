/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Optional;

/**
 * Keeps artifacts by their hash. Every method blocks, and throws {@link StorageUnavailable} if the
 * disk or the store behind it does not do it; nothing is half done then. Safe for use by many
 * threads.
 */
public interface ArtifactStore extends AutoCloseable {

    /**
     * Begins an upload, or goes on with the one of the same hash and length that was begun before,
     * by whomever in the organization and before whatever restart.
     *
     * @param length bytes of the whole artifact
     */
    Begun begin(OrganizationId organization, ArtifactHash wanted, long length);

    /** The artifact, if it is stored whole. */
    Optional<StoredArtifact> find(OrganizationId organization, ArtifactHash hash);

    /** All artifacts of the organization that are stored whole, by hash. */
    List<StoredArtifact> all(OrganizationId organization);

    /**
     * Opens an artifact for reading, in order.
     *
     * @param offset of the first byte; at most the artifact's length
     * @param length how many bytes are wanted; reading ends there or at the end of the artifact
     * @return empty if it is not stored; to be closed by the caller, which reads on if the artifact
     *     is removed meanwhile, or is told that it is gone
     */
    Optional<ReadableByteChannel> open(
            OrganizationId organization, ArtifactHash hash, long offset, long length);

    /** Removes an artifact, and an upload of it that has begun; nothing happens without either. */
    void remove(OrganizationId organization, ArtifactHash hash);

    /** Lets go of connections and files. */
    @Override
    @Unscoped("it ends the store and changes nothing that anybody has stored")
    void close();

    /** What became of the wish to upload. */
    sealed interface Begun {

        /** It goes on from {@link ArtifactUpload#received()}. */
        record Open(ArtifactUpload upload) implements Begun {}

        /** These bytes are there: nothing has to be sent. */
        record AlreadyStored(StoredArtifact artifact) implements Begun {}

        /** More than one artifact may have, or nothing at all. */
        record LengthRefused(long mostBytes) implements Begun {}

        /** All artifacts of the organization, with the open uploads, would be more than it may. */
        record OrganizationFull(long usedBytes, long mostBytes) implements Begun {}

        /** So many uploads of the organization are open already. */
        record TooManyUploads(int most) implements Begun {}

        /** The disk would be left with less than what is kept free for the database. */
        record DiskFull(long freeBytes, long keptBytes) implements Begun {}
    }
}
