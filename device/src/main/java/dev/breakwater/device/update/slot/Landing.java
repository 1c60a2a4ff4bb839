/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An artifact on its way into the spare slot; for one thread. */
public interface Landing extends AutoCloseable {

    /** Takes all bytes that remain in the buffer. */
    void write(ByteBuffer bytes) throws IOException;

    /** Returns when everything written so far is on the medium. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
