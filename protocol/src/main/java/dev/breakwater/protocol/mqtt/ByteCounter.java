/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/** Counts the bytes of a packet, and refuses the strings that must not be written. */
final class ByteCounter implements PacketSink {

    private int count;

    int count() {
        return count;
    }

    @Override
    public void writeByte(int value) {
        count++;
    }

    @Override
    public void writeTwoBytes(int value) {
        count += 2;
    }

    @Override
    public void writeFourBytes(long value) {
        count += 4;
    }

    @Override
    public void writeVariableByteInteger(int value) {
        count += VariableByteInteger.length(value);
    }

    @Override
    public void writeString(String text) {
        Utf8.require(text, "a string");
        count += 2 + Utf8.length(text);
    }

    @Override
    public void writeBytes(ByteBuffer bytes) {
        count = Math.addExact(count, bytes.remaining());
    }
}
