/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/** Copies and views of byte buffers. */
final class Bytes {

    /** The most a string or binary field can hold: its length is two bytes on the wire. */
    static final int FIELD_BYTES_MAX = 0xFFFF;

    static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private Bytes() {}

    /** A read-only copy of what remains in {@code source}, which is left as it is. */
    static ByteBuffer copyOf(ByteBuffer source) {
        return source.hasRemaining() ? ByteBuffer.wrap(toArray(source)).asReadOnlyBuffer() : EMPTY;
    }

    /** A copy of what remains in {@code source}, which is left as it is. */
    static byte[] toArray(ByteBuffer source) {
        byte[] copy = new byte[source.remaining()];
        source.get(source.position(), copy);
        return copy;
    }
}
