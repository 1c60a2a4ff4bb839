/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Slots that are directories, for a Java product. An artifact is a ZIP archive; it is received into
 * a file, hashed, and unpacked only then.
 *
 * <pre>
 * slots/
 *   selector    which slot boots ({@link SelectorFile})
 *   a/ b/       two versions, unpacked
 *   a.seal      what the unpacked files of a hash to, and whether that version has proved itself
 *   incoming    an archive on its way in; kept until its version is confirmed
 * </pre>
 */
public final class DirectorySlots implements Slots {

    private static final Pattern SEAL =
            Pattern.compile("breakwater-slot 1 ([01]) ([0-9]{1,19}) ([0-9a-f]{64})");

    private final Path base;
    private final ArchiveLimits limits;

    private DirectorySlots(Path base, ArchiveLimits limits) {
        this.base = base;
        this.limits = limits;
    }

    /** What is known of a slot's content beside it. */
    private record Seal(boolean confirmed, long counter, String tree) {}

    /** Opens the directory, and makes it if need be. */
    public static DirectorySlots open(Path base, ArchiveLimits limits) throws IOException {
        DurableFile.createDirectory(base);
        return new DirectorySlots(base, limits);
    }

    /**
     * Installs the first version, into slot {@link Slot#A}, as the factory does. The archive is
     * believed; it must be one that an update could be.
     *
     * @throws IOException also if something is installed already
     */
    public static void install(Path base, Path archive, ArchiveLimits limits)
            throws IOException, ArtifactRefused {
        DirectorySlots slots = open(base, limits);
        if (slots.selector().read().isPresent()) {
            throw new IOException("a version is installed in %s already".formatted(base));
        }
        slots.clear(Slot.A);
        try (ZipArchive first = ZipArchive.open(archive, limits)) {
            Tree.unpack(first, slots.directory(Slot.A));
        }
        slots.write(Slot.A, new Seal(true, 0, Tree.digest(slots.directory(Slot.A))));
        slots.selector().write(BootChoice.of(Slot.A));
    }

    /** The record that says which slot boots. */
    public BootSelector selector() {
        return new SelectorFile(base.resolve("selector"));
    }

    /** Where a slot's files lie. */
    public Path directory(Slot slot) {
        return base.resolve(slot.code());
    }

    @Override
    public long lengthBytesMax(Slot slot) {
        return limits.archiveBytesMax();
    }

    @Override
    public void clear(Slot slot) throws IOException {
        // The seal goes first: there is none beside a tree that is half gone.
        if (Files.deleteIfExists(seal(slot))) {
            Tree.sync(base);
        }
        Tree.delete(directory(slot));
        boolean _ = Files.deleteIfExists(incoming());
        Tree.sync(base);
    }

    @Override
    public Landing land(Slot slot, Artifact artifact, long offset, MessageDigest digest)
            throws IOException {
        boolean begun = offset > 0;
        if (!begun) {
            boolean _ = Files.deleteIfExists(incoming());
        }
        FileChannel channel =
                begun
                        ? FileChannel.open(incoming(), READ, WRITE)
                        : FileChannel.open(incoming(), CREATE_NEW, READ, WRITE);
        try {
            Hashes.feed(digest, channel, offset);
            var _ = channel.truncate(offset).position(offset);
            Tree.sync(base);
            return new FileLanding(channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    @Override
    public void settle(Slot slot, Artifact artifact) throws IOException, ArtifactRefused {
        // What an interrupted unpacking left.
        Tree.delete(directory(slot));
        try (ZipArchive archive = ZipArchive.open(incoming(), limits)) {
            Tree.unpack(archive, directory(slot));
        }
    }

    @Override
    public void verify(Slot slot, Artifact artifact) throws IOException, ArtifactRefused {
        try (FileChannel channel = FileChannel.open(incoming(), READ)) {
            if (channel.size() != artifact.lengthBytes()) {
                throw new ArtifactRefused(
                        "the archive has %d bytes, not %d"
                                .formatted(channel.size(), artifact.lengthBytes()));
            }
            Hashes.require(channel, artifact);
        } catch (NoSuchFileException absent) {
            throw new ArtifactRefused("the archive is gone");
        }
        try (ZipArchive archive = ZipArchive.open(incoming(), limits)) {
            if (!Files.isDirectory(directory(slot), NOFOLLOW_LINKS)) {
                throw new ArtifactRefused("the slot is empty");
            }
            Tree.compare(archive, directory(slot));
        }
    }

    @Override
    public void markStaged(Slot slot, long counter) throws IOException {
        write(slot, new Seal(false, counter, Tree.digest(directory(slot))));
    }

    @Override
    public void markConfirmed(Slot slot) throws IOException {
        Optional<Seal> seal = read(slot);
        if (seal.isPresent() && !seal.get().confirmed()) {
            write(slot, new Seal(true, seal.get().counter(), seal.get().tree()));
        }
        if (Files.deleteIfExists(incoming())) {
            Tree.sync(base);
        }
    }

    /** Says whether a slot's files are as they were when it was sealed. */
    boolean intact(Slot slot) throws IOException {
        Optional<Seal> seal = read(slot);
        return seal.isPresent()
                && Files.isDirectory(directory(slot), NOFOLLOW_LINKS)
                && Tree.digest(directory(slot)).equals(seal.get().tree());
    }

    /** The intact slot that proved itself, the later release if both did. */
    Optional<Slot> proven() throws IOException {
        Optional<Slot> best = Optional.empty();
        long highest = -1;
        for (Slot slot : Slot.values()) {
            Optional<Seal> seal = read(slot);
            if (seal.isPresent()
                    && seal.get().confirmed()
                    && seal.get().counter() > highest
                    && intact(slot)) {
                best = Optional.of(slot);
                highest = seal.get().counter();
            }
        }
        return best;
    }

    private void write(Slot slot, Seal seal) throws IOException {
        String line =
                "breakwater-slot 1 %d %d %s"
                        .formatted(seal.confirmed() ? 1 : 0, seal.counter(), seal.tree());
        DurableFile.replace(seal(slot), CheckedLine.of(line).getBytes(US_ASCII));
    }

    private Optional<Seal> read(Slot slot) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(seal(slot))) {
            content = in.readNBytes(CheckedLine.BYTES_MAX + 1);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
        return CheckedLine.read(content)
                .map(SEAL::matcher)
                .filter(Matcher::matches)
                .flatMap(DirectorySlots::parse);
    }

    private static Optional<Seal> parse(Matcher line) {
        try {
            return Optional.of(
                    new Seal(
                            line.group(1).equals("1"),
                            Long.parseLong(line.group(2)),
                            line.group(3)));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private Path seal(Slot slot) {
        return base.resolve(slot.code() + ".seal");
    }

    private Path incoming() {
        return base.resolve("incoming");
    }

    private record FileLanding(FileChannel channel) implements Landing {

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                int _ = channel.write(bytes);
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
