/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Reads so many bytes of what it stands in front of, and no more. */
final class PartOfArtifact implements ReadableByteChannel {

    private final ReadableByteChannel from;
    private long left;

    PartOfArtifact(ReadableByteChannel from, long length) {
        this.from = from;
        this.left = length;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (left <= 0) {
            return -1;
        }
        int limit = into.limit();
        if (into.remaining() > left) {
            into.limit(into.position() + (int) left);
        }
        try {
            int read = from.read(into);
            left -= Math.max(0, read);
            return read;
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public boolean isOpen() {
        return from.isOpen();
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
