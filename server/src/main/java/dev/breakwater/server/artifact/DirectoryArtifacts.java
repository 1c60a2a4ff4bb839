/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Artifacts as files of this machine, each readable by the server's user alone, in a folder per
 * organization and per first byte of the hash. A file gets its name when its hash was checked.
 */
public final class DirectoryArtifacts implements ArtifactStore {

    private static final String STORED = "stored";

    private final Path root;
    private final Incoming incoming;

    /**
     * In this directory, which is made when the first upload begins.
     *
     * @param clock says which uploads have been left
     */
    public DirectoryArtifacts(Path root, Limits limits, Clock clock) {
        this.root = root;
        this.incoming = new Incoming(root, limits, clock, new Renaming());
    }

    @Override
    public Begun begin(OrganizationId organization, ArtifactHash wanted, long length) {
        return incoming.begin(organization, wanted, length);
    }

    @Override
    public Optional<StoredArtifact> find(OrganizationId organization, ArtifactHash hash) {
        Path file = file(organization, hash);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return ArtifactFiles.doing(
                "finding an artifact",
                () -> Optional.of(new StoredArtifact(hash, Files.size(file))));
    }

    @Override
    public List<StoredArtifact> all(OrganizationId organization) {
        Path stored = stored(organization);
        if (!Files.isDirectory(stored)) {
            return List.of();
        }
        return ArtifactFiles.doing(
                "listing artifacts",
                () -> {
                    try (Stream<Path> files = Files.walk(stored, 2)) {
                        return files.flatMap(file -> hash(file).stream())
                                .flatMap(hash -> find(organization, hash).stream())
                                .sorted(Comparator.comparing(artifact -> artifact.hash().hex()))
                                .toList();
                    }
                });
    }

    private static Optional<ArtifactHash> hash(Path file) {
        return ArtifactHash.of(String.valueOf(file.getFileName()));
    }

    @Override
    public Optional<ReadableByteChannel> open(
            OrganizationId organization, ArtifactHash hash, long offset, long length) {
        return ArtifactFiles.doing(
                "opening an artifact", () -> opened(file(organization, hash), offset, length));
    }

    private static Optional<ReadableByteChannel> opened(Path file, long offset, long length)
            throws IOException {
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(
                            file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        try {
            channel.position(offset);
        } catch (IOException | IllegalArgumentException failed) {
            channel.close();
            throw failed;
        }
        return Optional.of(new PartOfArtifact(channel, length));
    }

    @Override
    public void remove(OrganizationId organization, ArtifactHash hash) {
        incoming.remove(organization, hash);
        Path file = file(organization, hash);
        ArtifactFiles.doing(
                "removing an artifact",
                () -> {
                    if (Files.deleteIfExists(file)) {
                        ArtifactFiles.sync(folder(organization, hash));
                    }
                    return hash;
                });
    }

    /** There is nothing to let go of. */
    @Override
    public void close() {}

    private Path stored(OrganizationId organization) {
        return root.resolve(organization.toString()).resolve(STORED);
    }

    private Path folder(OrganizationId organization, ArtifactHash hash) {
        return stored(organization).resolve(hash.hex().substring(0, 2));
    }

    private Path file(OrganizationId organization, ArtifactHash hash) {
        return folder(organization, hash).resolve(hash.hex());
    }

    private final class Renaming implements Incoming.Keeping {

        @Override
        public Optional<StoredArtifact> find(OrganizationId organization, ArtifactHash hash) {
            return DirectoryArtifacts.this.find(organization, hash);
        }

        @Override
        public List<StoredArtifact> all(OrganizationId organization) {
            return DirectoryArtifacts.this.all(organization);
        }

        @Override
        public void keep(OrganizationId organization, StoredArtifact artifact, Path whole)
                throws IOException {
            Path folder = folder(organization, artifact.hash());
            DurableFile.createDirectory(folder);
            Files.move(whole, file(organization, artifact.hash()), StandardCopyOption.ATOMIC_MOVE);
            ArtifactFiles.sync(folder);
        }
    }
}
