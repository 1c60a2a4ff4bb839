/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The list at the end of a ZIP archive (APPNOTE 6.3, section 4.3.12), read strictly: nothing after
 * it, no 64-bit extension, no encryption, no links or devices, no names twice.
 *
 * @param entries in the order in which their contents lie
 * @param offset where the list begins, and the contents end
 */
record CentralDirectory(List<ArchivedEntry> entries, long offset) {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int HEADER_SIGNATURE = 0x02014b50;
    private static final int HEADER_BYTES = 46;

    /** More than 4,096 entries of the longest names take. */
    private static final int LIST_BYTES_MAX = 4 << 20;

    private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int MADE_BY_UNIX = 3;
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_REGULAR = 0100000;
    private static final int TYPE_DIRECTORY = 0040000;
    private static final int OWNER_EXECUTES = 0100;

    CentralDirectory {
        entries = List.copyOf(entries);
    }

    static CentralDirectory read(FileChannel channel, ArchiveLimits limits)
            throws IOException, ArtifactRefused {
        if (channel.size() < END_BYTES) {
            throw new ArtifactRefused("the artifact is too short for an archive");
        }
        long endOffset = channel.size() - END_BYTES;
        ByteBuffer end = bytes(channel, endOffset, END_BYTES);
        boolean plain = end.getInt() == END_SIGNATURE && end.getInt() == 0;
        int here = end.getShort() & 0xffff;
        int total = end.getShort() & 0xffff;
        long listBytes = end.getInt() & 0xffff_ffffL;
        long offset = end.getInt() & 0xffff_ffffL;
        if (!plain || here != total || end.getShort() != 0 || offset + listBytes != endOffset) {
            throw new ArtifactRefused(
                    "the artifact is no plain ZIP archive: of one part, without a comment, nothing before or after it");
        }
        if (total > limits.entriesMax() || listBytes > LIST_BYTES_MAX) {
            throw new ArtifactRefused(
                    "the archive has %d entries; %d are allowed"
                            .formatted(total, limits.entriesMax()));
        }
        List<ArchivedEntry> entries =
                entries(bytes(channel, offset, (int) listBytes), total, limits);
        entries.sort(Comparator.comparingLong(ArchivedEntry::headerOffset));
        return new CentralDirectory(entries, offset);
    }

    private static List<ArchivedEntry> entries(ByteBuffer list, int total, ArchiveLimits limits)
            throws ArtifactRefused {
        List<ArchivedEntry> entries = new ArrayList<>();
        ArchivedName names = new ArchivedName();
        long unpacked = 0;
        for (int index = 0; index < total; index++) {
            ArchivedEntry entry = entry(list);
            names.accept(entry.name(), entry.directory());
            unpacked += entry.unpackedBytes();
            if (unpacked > limits.unpackedBytesMax()) {
                throw new ArtifactRefused(
                        "the archive unpacks to more than %d bytes"
                                .formatted(limits.unpackedBytesMax()));
            }
            entries.add(entry);
        }
        if (list.hasRemaining()) {
            throw new ArtifactRefused("the archive's list is longer than its entries");
        }
        return entries;
    }

    private static ArchivedEntry entry(ByteBuffer list) throws ArtifactRefused {
        if (list.remaining() < HEADER_BYTES || list.getInt() != HEADER_SIGNATURE) {
            throw new ArtifactRefused("the archive's list of entries is damaged");
        }
        int madeBy = (list.getShort() & 0xffff) >> 8;
        var _ = list.getShort();
        int flags = list.getShort() & 0xffff;
        int method = list.getShort() & 0xffff;
        var _ = list.getInt();
        long crc = list.getInt() & 0xffff_ffffL;
        long packed = list.getInt() & 0xffff_ffffL;
        long unpacked = list.getInt() & 0xffff_ffffL;
        int nameBytes = list.getShort() & 0xffff;
        int moreBytes = (list.getShort() & 0xffff) + (list.getShort() & 0xffff);
        int disk = list.getShort();
        var _ = list.getShort();
        int mode = list.getInt() >>> 16;
        long headerOffset = list.getInt() & 0xffff_ffffL;
        if (list.remaining() < nameBytes + moreBytes) {
            throw new ArtifactRefused("the archive's list of entries is damaged");
        }
        byte[] name = new byte[nameBytes];
        list.get(name).position(list.position() + moreBytes);
        ArchivedEntry entry =
                new ArchivedEntry(
                        new String(name, ISO_8859_1),
                        nameBytes > 0 && name[nameBytes - 1] == '/',
                        madeBy == MADE_BY_UNIX && (mode & OWNER_EXECUTES) != 0,
                        flags,
                        method,
                        crc,
                        packed,
                        unpacked,
                        headerOffset);
        requirePlain(entry, disk, madeBy == MADE_BY_UNIX ? mode & TYPE_MASK : 0);
        return entry;
    }

    private static void requirePlain(ArchivedEntry entry, int disk, int type)
            throws ArtifactRefused {
        if (type != 0 && type != (entry.directory() ? TYPE_DIRECTORY : TYPE_REGULAR)) {
            throw new ArtifactRefused(
                    "the archive has a link or another thing that is neither file nor directory");
        }
        if ((entry.flags() & ENCRYPTED) != 0 || disk != 0) {
            throw new ArtifactRefused("the archive has an entry that is encrypted or elsewhere");
        }
        boolean stored =
                entry.method() == ArchivedEntry.STORED
                        && entry.packedBytes() == entry.unpackedBytes();
        boolean known = stored || entry.method() == ArchivedEntry.DEFLATED;
        boolean empty = entry.unpackedBytes() == 0;
        if (!known || (entry.directory() && !empty)) {
            throw new ArtifactRefused(
                    "the archive has an entry that is neither stored nor deflated");
        }
    }

    static ByteBuffer bytes(FileChannel channel, long offset, int count)
            throws IOException, ArtifactRefused {
        return ByteBuffer.wrap(read(channel, offset, count)).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] read(FileChannel channel, long offset, int count)
            throws IOException, ArtifactRefused {
        byte[] bytes = new byte[count];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new ArtifactRefused("the archive ends in the middle of an entry");
            }
        }
        return bytes;
    }
}
