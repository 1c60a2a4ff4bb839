/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import dev.breakwater.protocol.update.offer.FileChunk;
import dev.breakwater.protocol.update.offer.FileRequest;
import dev.breakwater.protocol.update.offer.UpdateFile;
import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.Releases;
import dev.breakwater.server.release.UpdateMetadata;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that a device may have: those of its own product. All of it blocks. */
public final class UpdateFiles {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateFiles.class);

    private final UpdateMetadata metadata;
    private final Published releases;
    private final ArtifactStore artifacts;

    /** Which artifacts a product has published; {@link Releases#published} in a server. */
    @FunctionalInterface
    public interface Published {

        /** The published release of a product with these bytes. */
        Optional<Release> find(OrganizationId organization, ProductId product, ReleaseHash hash);
    }

    /** Over these. */
    public UpdateFiles(UpdateMetadata metadata, Published releases, ArtifactStore artifacts) {
        this.metadata = metadata;
        this.releases = releases;
        this.artifacts = artifacts;
    }

    /** A file of metadata, whole. */
    Optional<byte[]> metadata(AuthenticatedDevice device, UpdateFile.Metadata file) {
        return metadata.file(device.organization(), device.product(), file.file());
    }

    /** What is stored of an artifact, if a published release of the device's product names it. */
    Optional<StoredArtifact> artifact(AuthenticatedDevice device, UpdateFile.Artifact file) {
        ReleaseHash hash = new ReleaseHash(file.sha256());
        if (releases.find(device.organization(), device.product(), hash).isEmpty()) {
            return Optional.empty();
        }
        Optional<StoredArtifact> stored =
                artifacts.find(device.organization(), new ArtifactHash(file.sha256()));
        if (stored.isEmpty()) {
            LOG.error(
                    "artifact {} of a published release is not stored; upload it again",
                    file.sha256());
        }
        return stored;
    }

    /** Its bytes, from here on and so many; empty if it was removed meanwhile. */
    Optional<ReadableByteChannel> open(
            AuthenticatedDevice device, StoredArtifact artifact, long offset, long length) {
        return artifacts.open(device.organization(), artifact.hash(), offset, length);
    }

    /**
     * A piece of a file, or what is said instead of one. Blocks.
     *
     * @throws StorageUnavailable if the file cannot be read now
     */
    public FileChunk piece(AuthenticatedDevice device, FileRequest wanted) {
        return switch (wanted.file()) {
            case UpdateFile.Metadata metadata ->
                    metadata(device, metadata)
                            .map(bytes -> pieceOf(bytes, wanted))
                            .orElseGet(() -> new FileChunk.NotFound(wanted.request()));
            case UpdateFile.Artifact artifact ->
                    artifact(device, artifact)
                            .flatMap(stored -> pieceOf(device, stored, wanted))
                            .orElseGet(() -> new FileChunk.NotFound(wanted.request()));
        };
    }

    private static FileChunk pieceOf(byte[] bytes, FileRequest wanted) {
        int from = (int) Math.min(wanted.offset(), bytes.length);
        int length = Math.min(wanted.length(), bytes.length - from);
        return new FileChunk.Piece(
                wanted.request(),
                wanted.offset(),
                bytes.length,
                ByteBuffer.wrap(bytes, from, length));
    }

    private Optional<FileChunk> pieceOf(
            AuthenticatedDevice device, StoredArtifact stored, FileRequest wanted) {
        long offset = Math.min(wanted.offset(), stored.length());
        int length = (int) Math.min(wanted.length(), stored.length() - offset);
        return open(device, stored, offset, length)
                .map(
                        from ->
                                new FileChunk.Piece(
                                        wanted.request(),
                                        wanted.offset(),
                                        stored.length(),
                                        read(from, length)));
    }

    private static ByteBuffer read(ReadableByteChannel from, int length) {
        try (from) {
            ByteBuffer piece = ByteBuffer.allocate(length);
            while (piece.hasRemaining()) {
                if (from.read(piece) < 0) {
                    throw new EOFException("it is shorter than it was when it was stored");
                }
            }
            return piece.flip();
        } catch (IOException failed) {
            throw new StorageUnavailable(
                    "reading an artifact failed: " + failed.getMessage(), failed);
        }
    }
}
