/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What a deflated stream (RFC 1951) yields; it takes no byte behind its end. */
final class Inflated extends InputStream {

    private static final int CHUNK_BYTES = 4_096;

    private final ArchiveInput in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private boolean isOver;

    Inflated(ArchiveInput in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        try {
            while (!isOver) {
                int inflated = inflater.inflate(bytes, from, count);
                if (inflated > 0) {
                    crc.update(bytes, from, inflated);
                    return inflated;
                }
                if (inflater.finished()) {
                    isOver = true;
                    in.unread(inflater.getRemaining());
                } else if (inflater.needsDictionary()) {
                    throw new DamagedArchive("it wants a dictionary");
                } else {
                    int got = in.read(chunk, 0, chunk.length);
                    if (got < 0) {
                        throw new DamagedArchive("it ends in the middle");
                    }
                    inflater.setInput(chunk, 0, got);
                }
            }
            return -1;
        } catch (DataFormatException wrong) {
            throw new DamagedArchive("it does not inflate", wrong);
        }
    }

    /** Of what came out. */
    long crc() {
        return crc.getValue();
    }

    /** Bytes that came out. */
    long length() {
        return inflater.getBytesWritten();
    }

    /** Frees the native memory. Nothing may be asked afterwards. */
    @Override
    public void close() {
        inflater.end();
    }
}
