/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/**
 * One frame of Zstandard (RFC 8878). Its headers are read here, so that the decoder gets exactly
 * the frame, and no frame that wants more memory than there is.
 */
final class ZstdFrame {

    private static final int MAGIC_BYTES = 4;
    private static final int RESERVED = 0x08;
    private static final int SINGLE_SEGMENT = 0x20;
    private static final int CHECKSUM = 0x04;
    private static final long WINDOW_MAX = 1L << 27;
    private static final long WINDOW_LEAST = 1L << 20;

    private ZstdFrame() {}

    static boolean read(ArchiveInput in, Contents contents) throws IOException {
        byte[] start = new byte[MAGIC_BYTES + 1];
        if (!in.tryFully(start)) {
            return false;
        }
        int descriptor = start[MAGIC_BYTES] & 0xff;
        boolean isSingle = (descriptor & SINGLE_SEGMENT) != 0;
        int windowBytes = isSingle ? 0 : 1;
        int dictionaryBytes = new int[] {0, 1, 2, 4}[descriptor & 3];
        int sizeBytes = new int[] {isSingle ? 1 : 0, 2, 4, 8}[descriptor >> 6];
        byte[] header = new byte[windowBytes + dictionaryBytes + sizeBytes];
        if ((descriptor & RESERVED) != 0 || !in.tryFully(header)) {
            return false;
        }
        long window =
                isSingle ? size(header, dictionaryBytes, sizeBytes) : window(header[0] & 0xff);
        long memory = contents.reserve();
        try {
            if (window < 0 || window > Math.min(memory, WINDOW_MAX)) {
                throw new UnreadArchive(
                        UnreadArchive.Reason.MEMORY,
                        "its window of %,d bytes is larger than the %,d that are left for it"
                                .formatted(window, Math.min(memory, WINDOW_MAX)));
            }
            // Its window is known: what it does not need is left to those inside of it.
            long spare = memory - Math.min(memory, Math.max(window, WINDOW_LEAST));
            contents.release(spare);
            memory -= spare;
            in.unread(start.length + header.length);
            boolean hasSum = (descriptor & CHECKSUM) != 0;
            Frame frame = new Frame(in, start.length + header.length, hasSum);
            try (InputStream expanded = new Expanded(frame)) {
                contents.expanded(expanded);
            }
        } finally {
            contents.release(memory);
        }
        return true;
    }

    /** RFC 8878, 3.1.1.1.4: a size of two bytes counts from 256. */
    private static long size(byte[] header, int from, int count) {
        return Numbers.little(header, from, count) + (count == 2 ? 256 : 0);
    }

    /** RFC 8878, 3.1.1.1.2. */
    private static long window(int descriptor) {
        long base = 1L << (10 + (descriptor >> 3));
        return base + base / 8 * (descriptor & 7);
    }

    /** The bytes of the frame and none behind it. */
    private static final class Frame extends InputStream {

        private final ArchiveInput in;
        private final boolean hasSum;
        private int left;
        private boolean isLast;
        private boolean isSummed;

        Frame(ArchiveInput in, int headerBytes, boolean hasSum) {
            this.in = in;
            this.left = headerBytes;
            this.hasSum = hasSum;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            if (left == 0 && !next()) {
                return -1;
            }
            int read = in.read(bytes, from, Math.min(count, left));
            if (read > 0) {
                left -= read;
            }
            return read;
        }

        /** RFC 8878, 3.1.1.2: three bytes, last or not, the type, the size. */
        private boolean next() throws IOException {
            if (isLast) {
                if (isSummed || !hasSum) {
                    return false;
                }
                isSummed = true;
                left = 4;
                return true;
            }
            byte[] header = new byte[3];
            in.fully(header);
            in.unread(header.length);
            int block = (int) Numbers.little(header, 0, 3);
            isLast = (block & 1) != 0;
            boolean isRepeated = (block >> 1 & 3) == 1;
            left = header.length + (isRepeated ? 1 : block >> 3);
            return true;
        }
    }

    /** Says in our words what is wrong. */
    private static final class Expanded extends InputStream {

        private final ZstdInputStreamNoFinalizer in;

        Expanded(Frame frame) throws IOException {
            this.in = new ZstdInputStreamNoFinalizer(frame);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            try {
                return in.read(bytes, from, count);
            } catch (ZstdIOException wrong) {
                throw new DamagedArchive("it is no zstd that can be read", wrong);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
