/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * One entry of a zip file, from its local header (APPNOTE 4.3.7). The directory at the end is not
 * asked: every entry that is there is looked at, whether the directory names it or not, so that no
 * two readings of the file can differ in what was seen.
 */
final class Zip {

    private static final int HEADER_BYTES = 30;
    private static final int ENCRYPTED = 1;
    private static final int SIZES_LATER = 8;
    private static final int VERSION_MAX = 63;
    private static final int NAME_BYTES_MAX = 4_096;
    private static final long SIZE_IN_EXTRA = 0xffffffffL;
    private static final long DESCRIPTOR = 0x08074b50L;

    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int ZSTD = 93;
    private static final int XZ = 95;

    private final ArchiveInput in;
    private final Contents contents;
    private final byte[] header;
    private String name = "";
    private byte[] extra = new byte[0];

    private Zip(ArchiveInput in, Contents contents, byte[] header) {
        this.in = in;
        this.contents = contents;
        this.header = header;
    }

    static boolean read(ArchiveInput in, Contents contents) throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        if (!in.tryFully(header)) {
            return false;
        }
        return new Zip(in, contents, header).read();
    }

    private int flags() {
        return (int) Numbers.little(header, 6, 2);
    }

    private int method() {
        return (int) Numbers.little(header, 8, 2);
    }

    private boolean read() throws IOException {
        int nameBytes = (int) Numbers.little(header, 26, 2);
        boolean isPlausible =
                (header[4] & 0xff) <= VERSION_MAX
                        && method() <= 99
                        && nameBytes > 0
                        && nameBytes <= NAME_BYTES_MAX;
        byte[] nameText = new byte[isPlausible ? nameBytes : 0];
        if (!isPlausible || !in.tryFully(nameText)) {
            return false;
        }
        name = new String(nameText, StandardCharsets.UTF_8);
        if (name.indexOf('\0') >= 0) {
            return false;
        }
        extra = new byte[(int) Numbers.little(header, 28, 2)];
        in.fully(extra);
        if ((flags() & ENCRYPTED) != 0) {
            contents.unread(
                    name, new UnreadArchive(UnreadArchive.Reason.ENCRYPTED, "it is encrypted"));
            return true;
        }
        switch (method()) {
            case STORED -> stored();
            case DEFLATED -> deflated();
            case ZSTD -> ZstdFrame.read(in, named());
            case XZ -> Xz.read(in, named());
            default ->
                    contents.unread(
                            name,
                            new UnreadArchive(
                                    UnreadArchive.Reason.UNSUPPORTED,
                                    "compression method %d is not read".formatted(method())));
        }
        return true;
    }

    private void stored() throws IOException {
        long size = size();
        if (name.endsWith("/") && size <= 0) {
            contents.name(name);
            return;
        }
        if (size < 0) {
            // Sizes that come behind the bytes cannot be known; the bytes are looked at as they
            // stand, and archives among them are found there.
            contents.name(name);
            return;
        }
        in.verbatim(true);
        try (BoundedContent content = new BoundedContent(in, size, true)) {
            contents.file(name, content, true);
            if (content.crc() != Numbers.little(header, 14, 4)) {
                contents.damaged(name, "its checksum does not fit");
            }
        } finally {
            in.verbatim(false);
        }
    }

    private void deflated() throws IOException {
        try (Inflated inflated = new Inflated(in)) {
            contents.file(name, inflated, false);
            long wanted = Numbers.little(header, 14, 4);
            if ((flags() & SIZES_LATER) != 0) {
                byte[] descriptor = new byte[8];
                in.fully(descriptor);
                boolean isMarked = Numbers.little(descriptor, 0, 4) == DESCRIPTOR;
                wanted = Numbers.little(descriptor, isMarked ? 4 : 0, 4);
            }
            if (wanted != inflated.crc()) {
                contents.damaged(name, "its checksum does not fit");
            }
        }
    }

    /** What is in the archive; -1 if only what follows says it. APPNOTE 4.5.3 for large ones. */
    private long size() {
        if ((flags() & SIZES_LATER) != 0) {
            return -1;
        }
        long compressed = Numbers.little(header, 18, 4);
        long plain = Numbers.little(header, 22, 4);
        if (compressed != SIZE_IN_EXTRA && plain != SIZE_IN_EXTRA) {
            return compressed;
        }
        for (int at = 0; at + 4 <= extra.length; ) {
            int length = (int) Numbers.little(extra, at + 2, 2);
            if (Numbers.little(extra, at, 2) == 1 && at + 12 <= extra.length) {
                return Math.max(0, Numbers.little(extra, at + 4, 8));
            }
            at += 4 + length;
        }
        return compressed;
    }

    /** A decompressor's output under the entry's name. */
    private Contents named() {
        return new NamedContents(contents, name);
    }

    /** Hands on, with a name for what has none. */
    private record NamedContents(Contents contents, String name) implements Contents {

        @Override
        public void file(String inner, InputStream content, boolean isVerbatim) throws IOException {
            contents.file(inner, content, isVerbatim);
        }

        @Override
        public void expanded(InputStream content) throws IOException {
            contents.file(name, content, false);
        }

        @Override
        public void link(String from, String target) {
            contents.link(from, target);
        }

        @Override
        public void name(String inner) {
            contents.name(inner);
        }

        @Override
        public void unread(String inner, UnreadArchive why) {
            contents.unread(inner, why);
        }

        @Override
        public void damaged(String inner, String detail) {
            contents.damaged(inner, detail);
        }

        @Override
        public long reserve() {
            return contents.reserve();
        }

        @Override
        public void release(long bytes) {
            contents.release(bytes);
        }
    }
}
