/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A ZIP archive that can be read in one way only. Whoever signed it saw it with some tool; a reader
 * that lets the list at its end and the headers before its contents differ could unpack something
 * else. So every header must repeat what the list says, contents must lie one after the other
 * without gap or overlap (an overlap is how a small archive unpacks to terabytes), and lengths and
 * checksums must be exact. Memory is fixed but for the list of names.
 */
final class ZipArchive implements AutoCloseable {

    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int DESCRIPTOR_SIGNATURE = 0x08074b50;
    private static final int DESCRIPTOR_BYTES = 12;

    /** Takes the content of a file, piece by piece. */
    @FunctionalInterface
    interface Sink {
        void take(byte[] bytes, int length) throws IOException, ArtifactRefused;
    }

    private final FileChannel channel;
    private final CentralDirectory directory;

    /** Where the next content must begin. */
    private long next;

    private ZipArchive(FileChannel channel, CentralDirectory directory) {
        this.channel = channel;
        this.directory = directory;
    }

    static ZipArchive open(Path file, ArchiveLimits limits) throws IOException, ArtifactRefused {
        FileChannel channel = FileChannel.open(file, READ);
        try {
            return new ZipArchive(channel, CentralDirectory.read(channel, limits));
        } catch (IOException | ArtifactRefused | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** In the order in which they must be {@link #read}, each once. */
    List<ArchivedEntry> entries() {
        return directory.entries();
    }

    /** Reads the content of the next entry; a directory has none. */
    void read(ArchivedEntry entry, Sink sink) throws IOException, ArtifactRefused {
        long content = requireHeader(entry);
        CRC32 crc = new CRC32();
        Sink checked =
                (bytes, length) -> {
                    crc.update(bytes, 0, length);
                    sink.take(bytes, length);
                };
        if (entry.method() == ArchivedEntry.STORED) {
            copy(entry, content, checked);
        } else {
            inflate(entry, content, checked);
        }
        if (crc.getValue() != entry.crc()) {
            throw new ArtifactRefused(
                    "the archive's %s has the wrong checksum".formatted(entry.name()));
        }
        next = content + entry.packedBytes();
        if (entry.descriptorFollows()) {
            next += requireDescriptor(entry, next);
        }
    }

    /** After the last entry: nothing may lie between it and the list. */
    void requireEnd() throws ArtifactRefused {
        if (next != directory.offset()) {
            throw new ArtifactRefused("the archive has bytes that belong to no entry");
        }
    }

    private long requireHeader(ArchivedEntry entry) throws IOException, ArtifactRefused {
        ByteBuffer header = CentralDirectory.bytes(channel, next, LOCAL_BYTES);
        int signature = header.getInt();
        var _ = header.getShort();
        int flags = header.getShort() & 0xffff;
        int method = header.getShort() & 0xffff;
        var _ = header.getInt();
        long crc = header.getInt() & 0xffff_ffffL;
        long packed = header.getInt() & 0xffff_ffffL;
        long unpacked = header.getInt() & 0xffff_ffffL;
        int nameBytes = header.getShort() & 0xffff;
        int extraBytes = header.getShort() & 0xffff;
        boolean same =
                crc == entry.crc()
                        && packed == entry.packedBytes()
                        && unpacked == entry.unpackedBytes();
        boolean open = entry.descriptorFollows() && crc == 0 && packed == 0 && unpacked == 0;
        byte[] name = new byte[nameBytes];
        CentralDirectory.bytes(channel, next + LOCAL_BYTES, nameBytes).get(name);
        if (entry.headerOffset() != next
                || signature != LOCAL_SIGNATURE
                || flags != entry.flags()
                || method != entry.method()
                || !(same || open)
                || !Arrays.equals(name, entry.name().getBytes(ISO_8859_1))) {
            throw new ArtifactRefused(
                    "the archive's list says of %s what its header does not"
                            .formatted(entry.name()));
        }
        return next + LOCAL_BYTES + nameBytes + extraBytes;
    }

    /** Section 4.3.9: its signature is optional. */
    private long requireDescriptor(ArchivedEntry entry, long offset)
            throws IOException, ArtifactRefused {
        boolean signed =
                CentralDirectory.bytes(channel, offset, Integer.BYTES).getInt()
                        == DESCRIPTOR_SIGNATURE;
        int before = signed ? Integer.BYTES : 0;
        ByteBuffer found = CentralDirectory.bytes(channel, offset + before, DESCRIPTOR_BYTES);
        if ((found.getInt() & 0xffff_ffffL) != entry.crc()
                || (found.getInt() & 0xffff_ffffL) != entry.packedBytes()
                || (found.getInt() & 0xffff_ffffL) != entry.unpackedBytes()) {
            throw new ArtifactRefused(
                    "the archive's list says of %s what its descriptor does not"
                            .formatted(entry.name()));
        }
        return (long) before + DESCRIPTOR_BYTES;
    }

    private void copy(ArchivedEntry entry, long content, Sink sink)
            throws IOException, ArtifactRefused {
        for (long done = 0; done < entry.packedBytes(); ) {
            byte[] piece = piece(entry, content, done);
            sink.take(piece, piece.length);
            done += piece.length;
        }
    }

    private void inflate(ArchivedEntry entry, long content, Sink sink)
            throws IOException, ArtifactRefused {
        byte[] out = new byte[Hashes.BUFFER_BYTES];
        long fed = 0;
        long unpacked = 0;
        try (Inflater inflater = new Inflater(true)) {
            while (!inflater.finished()) {
                if (inflater.needsInput() && fed < entry.packedBytes()) {
                    byte[] piece = piece(entry, content, fed);
                    inflater.setInput(piece);
                    fed += piece.length;
                }
                int count = inflater.inflate(out);
                unpacked += count;
                boolean fedAll = fed == entry.packedBytes() || inflater.needsDictionary();
                boolean stuck = count == 0 && !inflater.finished() && fedAll;
                if (unpacked > entry.unpackedBytes() || stuck) {
                    throw new ArtifactRefused(
                            "the archive's %s does not unpack to the %d bytes it claims"
                                    .formatted(entry.name(), entry.unpackedBytes()));
                }
                sink.take(out, count);
            }
            if (unpacked != entry.unpackedBytes()
                    || fed != entry.packedBytes()
                    || inflater.getRemaining() != 0) {
                throw new ArtifactRefused(
                        "the archive's %s ends before the bytes it claims".formatted(entry.name()));
            }
        } catch (DataFormatException damaged) {
            throw new ArtifactRefused("the archive's %s is damaged".formatted(entry.name()));
        }
    }

    private byte[] piece(ArchivedEntry entry, long content, long done)
            throws IOException, ArtifactRefused {
        return CentralDirectory.read(
                channel,
                content + done,
                (int) Math.min(Hashes.BUFFER_BYTES, entry.packedBytes() - done));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
