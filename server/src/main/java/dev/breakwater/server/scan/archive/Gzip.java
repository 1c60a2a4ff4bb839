/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;

/** RFC 1952, one member. */
final class Gzip {

    private static final int FLAG_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int TEXT_MAX = 4_096;

    private Gzip() {}

    static boolean read(ArchiveInput in, Contents contents) throws IOException {
        byte[] header = new byte[10];
        if (!in.tryFully(header) || !isPlausible(header)) {
            return false;
        }
        int flags = header[3];
        if ((flags & FLAG_EXTRA) != 0) {
            byte[] length = new byte[2];
            in.fully(length);
            in.padding(Numbers.little(length, 0, 2));
        }
        if ((flags & FLAG_NAME) != 0) {
            text(in);
        }
        if ((flags & FLAG_COMMENT) != 0) {
            text(in);
        }
        if ((flags & FLAG_CRC) != 0) {
            in.fully(new byte[2]);
        }
        try (Inflated inflated = new Inflated(in)) {
            contents.expanded(inflated);
            byte[] trailer = new byte[8];
            in.fully(trailer);
            if (Numbers.little(trailer, 0, 4) != inflated.crc()
                    || Numbers.little(trailer, 4, 4) != (inflated.length() & 0xffffffffL)) {
                throw new DamagedArchive("its checksum or length does not fit");
            }
        }
        return true;
    }

    /** The third byte is the method, of which there is one; then flags and two narrow bytes. */
    private static boolean isPlausible(byte[] header) {
        int extra = header[8] & 0xff;
        int system = header[9] & 0xff;
        return (header[3] & FLAGS_RESERVED) == 0
                && (extra == 0 || extra == 2 || extra == 4)
                && (system <= 13 || system == 255);
    }

    private static void text(ArchiveInput in) throws IOException {
        for (int i = 0; i < TEXT_MAX; i++) {
            int b = in.read();
            if (b < 0) {
                throw new DamagedArchive("it ends in its header");
            }
            if (b == 0) {
                return;
            }
        }
        throw new DamagedArchive("a name in its header has no end");
    }
}
