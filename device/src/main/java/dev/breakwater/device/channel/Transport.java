/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.channel;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A stream of bytes to and from the server, encrypted and authenticated both ways. One thread may
 * read while another writes; {@link #close} may be called by any thread and ends both.
 */
public interface Transport extends Closeable {

    /**
     * Writes all remaining bytes, blocking until they are handed to the network. If the connection
     * is gone, it is the reader who is sure to be told.
     */
    void write(ByteBuffer bytes) throws IOException;

    /**
     * Reads at least one byte into the buffer's remaining room, blocking until there is one.
     *
     * @return how many bytes, or -1 if the server ended the stream
     */
    int read(ByteBuffer into) throws IOException;

    /** Ends the connection without waiting for the peer. Never throws, may be called twice. */
    @Override
    void close();
}
