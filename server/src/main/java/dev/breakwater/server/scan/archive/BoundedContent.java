/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/** So many bytes of an archive, with their checksum. */
final class BoundedContent extends InputStream {

    private final ArchiveInput in;
    private final CRC32 crc = new CRC32();
    private final boolean sums;
    private long left;
    private int sum;

    BoundedContent(ArchiveInput in, long length, boolean sums) {
        this.in = in;
        this.left = length;
        this.sums = sums;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = in.read(bytes, from, (int) Math.min(count, left));
        if (read < 0) {
            throw new DamagedArchive("it ends in the middle of an entry");
        }
        left -= read;
        if (sums) {
            crc.update(bytes, from, read);
        }
        return read;
    }

    /** The same, and the sum of all bytes besides, which is what cpio calls a checksum. */
    InputStream summed() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int count) throws IOException {
                int read = BoundedContent.this.read(bytes, from, count);
                for (int i = from; i < from + read; i++) {
                    sum += bytes[i] & 0xff;
                }
                return read;
            }
        };
    }

    int sum() {
        return sum;
    }

    long crc() {
        return crc.getValue();
    }
}
