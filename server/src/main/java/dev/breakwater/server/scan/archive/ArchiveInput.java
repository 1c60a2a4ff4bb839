/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of an archive come from. */
public abstract class ArchiveInput extends InputStream {

    /** Bytes that may be given back at least, if they were read. */
    public static final int UNREAD_MAX = 8_192;

    private final byte[] one = new byte[1];

    /** Gives the last bytes back, so that they are read again. */
    public abstract void unread(int count);

    /** From now on what is read goes as it stands to somebody who looks at it himself. */
    public abstract void verbatim(boolean isVerbatim);

    @Override
    public abstract int read(byte[] bytes, int from, int count) throws IOException;

    @Override
    public final int read() throws IOException {
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    /** Reads all of these bytes; false, and nothing is used up, if there are not as many. */
    final boolean tryFully(byte[] bytes) throws IOException {
        int count = readNBytes(bytes, 0, bytes.length);
        if (count < bytes.length) {
            unread(count);
            return false;
        }
        return true;
    }

    final void fully(byte[] bytes) throws IOException {
        if (readNBytes(bytes, 0, bytes.length) < bytes.length) {
            throw new DamagedArchive("it ends in the middle");
        }
    }

    /** Passes over bytes that are nothing but padding or fields that do not matter. */
    final void padding(long count) throws IOException {
        // An archive may end without the padding of its last entry.
        int _ = readNBytes(new byte[(int) count], 0, (int) count);
    }
}
