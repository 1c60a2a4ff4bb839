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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Artifacts as files of this machine, each readable by the server's user alone, in a folder per
 * organization and per first byte of the hash. A file gets its name when its hash was checked.
 */
public final class DirectoryArtifacts implements ArtifactStore {

    private static final String STORED = "stored";

    /** Behind the hash of what was set aside; no hash, so that nobody takes it for an artifact. */
    private static final String ALTERED = ".altered";

    /** Organization, this, first byte, hash. */
    private static final int NAME_PARTS = 4;

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
                    boolean any = Files.deleteIfExists(file);
                    any |= Files.deleteIfExists(altered(file));
                    if (any) {
                        ArtifactFiles.sync(folder(organization, hash));
                    }
                    return hash;
                });
    }

    /** All that are stored whole, whoever they belong to. */
    List<NamedArtifact> everything() throws IOException {
        return everything(root);
    }

    /**
     * Which file has an artifact's name, and when it was last touched: what changes with every
     * write, and with another file in its place, whatever times somebody gave it.
     *
     * @throws NoSuchFileException if none has
     */
    Map<String, Object> seen(NamedArtifact artifact) throws IOException {
        return Files.readAttributes(
                file(artifact.organization(), artifact.hash()),
                "unix:dev,ino,ctime,size",
                LinkOption.NOFOLLOW_LINKS);
    }

    /** Opens an artifact for reading from its first byte. */
    FileChannel reading(NamedArtifact artifact) throws IOException {
        return FileChannel.open(
                file(artifact.organization(), artifact.hash()),
                Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Takes its name from a file that does not have the hash, so that it is served no more and an
     * upload begins anew. What was set aside of the same artifact before is gone then.
     *
     * @param read what {@link #seen} said before it was read; if it says something else now,
     *     somebody has just mended it, and nothing is done
     * @return whether it was
     */
    boolean setAside(NamedArtifact artifact, Map<String, Object> read) {
        Path file = file(artifact.organization(), artifact.hash());
        return incoming.alone(
                artifact.organization(),
                artifact.hash(),
                "setting an altered artifact aside",
                () -> {
                    try {
                        if (!seen(artifact).equals(read)) {
                            return false;
                        }
                        var _ = Files.move(file, altered(file), StandardCopyOption.ATOMIC_MOVE);
                    } catch (NoSuchFileException gone) {
                        return false;
                    }
                    ArtifactFiles.sync(folder(artifact.organization(), artifact.hash()));
                    return true;
                });
    }

    private static Path altered(Path file) {
        return file.resolveSibling(file.getFileName() + ALTERED);
    }

    /** There is nothing to let go of. */
    @Override
    public void close() {}

    /**
     * Where an artifact lies below the root, with slashes: what a backup calls it, and where a
     * restored server finds it.
     */
    public static String name(OrganizationId organization, ArtifactHash hash) {
        return "%s/%s/%s/%s".formatted(organization, STORED, hash.hex().substring(0, 2), hash);
    }

    /** The artifact whose {@link #name} this is. */
    public static Optional<NamedArtifact> named(String name, long length) {
        String[] parts = name.split("/", -1);
        if (parts.length != NAME_PARTS) {
            return Optional.empty();
        }
        try {
            NamedArtifact artifact =
                    new NamedArtifact(
                            OrganizationId.parse(parts[0]),
                            new ArtifactHash(parts[NAME_PARTS - 1]),
                            length);
            return name.equals(name(artifact.organization(), artifact.hash()))
                    ? Optional.of(artifact)
                    : Optional.empty();
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
    }

    /**
     * The artifacts of all organizations that are stored whole below a root, whether a server works
     * in it or not.
     */
    public static List<NamedArtifact> everything(Path root) throws IOException {
        List<NamedArtifact> found = new ArrayList<>();
        for (Path organization : content(root)) {
            for (Path folder : content(organization.resolve(STORED))) {
                for (Path file : content(folder)) {
                    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                        named(root.relativize(file).toString(), Files.size(file))
                                .ifPresent(found::add);
                    }
                }
            }
        }
        return found;
    }

    private static List<Path> content(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

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
