/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Cpio in its portable forms: "newc", "crc" and "odc". */
final class Cpio {

    private static final String END = "TRAILER!!!";
    private static final int NAME_BYTES_MAX = 4_096;
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_LINK = 0120000;
    private static final int TYPE_FILE = 0100000;

    /**
     * One entry's header.
     *
     * @param alignment of name and content; 1 for none
     * @param sum of the content's bytes; -1 if the form has none
     */
    private record Header(int bytes, long mode, int nameBytes, long size, int alignment, long sum) {

        boolean isPlausible() {
            return mode >= 0 && nameBytes > 0 && nameBytes <= NAME_BYTES_MAX && size >= 0;
        }
    }

    private Cpio() {}

    static boolean read(ArchiveInput in, Contents contents) throws IOException {
        boolean any = false;
        while (true) {
            byte[] magic = new byte[6];
            if (!in.tryFully(magic)) {
                return any;
            }
            Header header = header(in, new String(magic, StandardCharsets.ISO_8859_1));
            if (!header.isPlausible()) {
                if (any) {
                    throw new DamagedArchive("a header is none");
                }
                return false;
            }
            byte[] nameBytes = new byte[header.nameBytes];
            in.fully(nameBytes);
            if (nameBytes[nameBytes.length - 1] != 0) {
                if (any) {
                    throw new DamagedArchive("a name does not end");
                }
                return false;
            }
            String name = Numbers.name(nameBytes, 0, nameBytes.length);
            in.padding(gap(header.bytes + header.nameBytes, header.alignment));
            if (name.equals(END)) {
                return true;
            }
            any = true;
            entry(in, contents, header, name);
            in.padding(gap(header.size, header.alignment));
        }
    }

    private static Header header(ArchiveInput in, String magic) throws IOException {
        boolean isNew = magic.equals("070701") || magic.equals("070702");
        byte[] rest = new byte[isNew ? 104 : 70];
        if ((!isNew && !magic.equals("070707")) || !in.tryFully(rest)) {
            return new Header(0, -1, -1, -1, 1, -1);
        }
        if (isNew) {
            return new Header(
                    110,
                    Numbers.digits(rest, 8, 8, 16),
                    (int) Numbers.digits(rest, 88, 8, 16),
                    Numbers.digits(rest, 48, 8, 16),
                    4,
                    magic.equals("070702") ? Numbers.digits(rest, 96, 8, 16) : -1);
        }
        return new Header(
                76,
                Numbers.digits(rest, 12, 6, 8),
                (int) Numbers.digits(rest, 53, 6, 8),
                Numbers.digits(rest, 59, 11, 8),
                1,
                -1);
    }

    private static long gap(long length, int alignment) {
        return (alignment - length % alignment) % alignment;
    }

    private static void entry(ArchiveInput in, Contents contents, Header header, String name)
            throws IOException {
        long type = header.mode & TYPE_MASK;
        if (type == TYPE_LINK && header.size <= NAME_BYTES_MAX) {
            byte[] target = new byte[(int) header.size];
            in.fully(target);
            contents.link(name, Numbers.name(target, 0, target.length));
        } else if (type != TYPE_FILE && header.size == 0) {
            contents.name(name);
        } else {
            in.verbatim(true);
            try (BoundedContent content = new BoundedContent(in, header.size, false)) {
                InputStream read = header.sum >= 0 ? content.summed() : content;
                contents.file(name, read, true);
                boolean fits = (content.sum() & 0xffffffffL) == header.sum;
                if (header.sum >= 0 && !fits && header.size > 0) {
                    contents.damaged(name, "its checksum does not fit");
                }
            } finally {
                in.verbatim(false);
            }
        }
    }
}
