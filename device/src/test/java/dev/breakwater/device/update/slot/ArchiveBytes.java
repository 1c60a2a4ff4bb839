/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes ZIP archives byte by byte, right ones and, with one thing changed, wrong ones. */
final class ArchiveBytes {

    static final int REGULAR = 0100644;
    static final int EXECUTABLE = 0100755;
    static final int LINK = 0120777;
    static final int DEVICE = 0020666;

    private final List<Entry> entries = new ArrayList<>();

    /** What both headers say of an entry; the fields that tests twist. */
    static final class Entry {
        final String name;
        final byte[] content;
        byte[] packed;
        int mode = REGULAR;
        int flags;
        int method;
        long crc;
        long unpacked;
        String headerName;
        byte[] gap = {};

        Entry(String name, byte[] content) {
            this.name = name;
            this.content = content;
            this.packed = content;
            this.unpacked = content.length;
            this.headerName = name;
            CRC32 sum = new CRC32();
            sum.update(content);
            this.crc = sum.getValue();
        }

        Entry mode(int wanted) {
            mode = wanted;
            return this;
        }

        Entry deflated() {
            try (Deflater deflater = new Deflater(9, true)) {
                deflater.setInput(content);
                deflater.finish();
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                byte[] buffer = new byte[4096];
                while (!deflater.finished()) {
                    out.write(buffer, 0, deflater.deflate(buffer));
                }
                packed = out.toByteArray();
            }
            method = 8;
            return this;
        }
    }

    Entry add(String name, String content) {
        return add(name, content.getBytes(ISO_8859_1));
    }

    Entry add(String name, byte[] content) {
        Entry entry = new Entry(name, content);
        entries.add(entry);
        return entry;
    }

    byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            out.writeBytes(entry.gap);
            list.writeBytes(listed(entry, out.size()));
            out.writeBytes(header(entry));
            out.writeBytes(entry.packed);
        }
        int offset = out.size();
        out.writeBytes(list.toByteArray());
        out.writeBytes(end(entries.size(), list.size(), offset));
        return out.toByteArray();
    }

    private static byte[] header(Entry entry) {
        return little(30 + entry.headerName.length())
                .putInt(0x04034b50) // local file header
                .putShort((short) 20) // needs version 2.0
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0) // time, date
                .putInt((int) entry.crc)
                .putInt(entry.packed.length)
                .putInt((int) entry.unpacked)
                .putShort((short) entry.headerName.length())
                .putShort((short) 0) // no extra field
                .put(entry.headerName.getBytes(ISO_8859_1))
                .array();
    }

    private static byte[] listed(Entry entry, int offset) {
        return little(46 + entry.name.length())
                .putInt(0x02014b50) // central directory header
                .putShort((short) (3 << 8 | 20)) // made by Unix
                .putShort((short) 20)
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0) // time, date
                .putInt((int) entry.crc)
                .putInt(entry.packed.length)
                .putInt((int) entry.unpacked)
                .putShort((short) entry.name.length())
                .putInt(0) // no extra field, no comment
                .putInt(0) // first disk, internal attributes
                .putInt(entry.mode << 16)
                .putInt(offset)
                .put(entry.name.getBytes(ISO_8859_1))
                .array();
    }

    static byte[] end(int count, int listBytes, int offset) {
        return little(22)
                .putInt(0x06054b50) // end of central directory
                .putInt(0) // one disk
                .putShort((short) count)
                .putShort((short) count)
                .putInt(listBytes)
                .putInt(offset)
                .putShort((short) 0) // no comment
                .array();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
