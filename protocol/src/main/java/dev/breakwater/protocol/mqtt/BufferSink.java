/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes a packet into a buffer that has room for it, in network byte order whatever the buffer's
 * order is.
 */
final class BufferSink implements PacketSink {

    private final ByteBuffer out;

    BufferSink(ByteBuffer out) {
        this.out = out;
    }

    @Override
    public void writeByte(int value) {
        out.put((byte) value);
    }

    @Override
    public void writeTwoBytes(int value) {
        out.put((byte) (value >>> 8)).put((byte) value);
    }

    @Override
    public void writeFourBytes(long value) {
        writeTwoBytes((int) (value >>> 16));
        writeTwoBytes((int) value);
    }

    @Override
    public void writeVariableByteInteger(int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    @Override
    public void writeString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeTwoBytes(bytes.length);
        out.put(bytes);
    }

    @Override
    public void writeBytes(ByteBuffer bytes) {
        int length = bytes.remaining();
        out.put(out.position(), bytes, bytes.position(), length);
        out.position(out.position() + length);
    }
}
