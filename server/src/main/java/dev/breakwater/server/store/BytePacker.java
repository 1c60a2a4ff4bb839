/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow at their end. Numbers are written as unsigned LEB128: seven bits to a byte, the
 * lowest first, the high bit of all but the last byte set.
 */
final class BytePacker {

    private byte[] bytes;
    private int length;

    BytePacker(int expectedBytes) {
        this.bytes = new byte[expectedBytes];
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /** Writes a number that is not negative. */
    void number(long value) {
        if (value < 0) {
            throw new IllegalArgumentException(value + " is negative");
        }
        room(10);
        long rest = value;
        while (rest > 0x7F) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** Writes the length, then the bytes. */
    void block(byte[] content) {
        number(content.length);
        room(content.length);
        System.arraycopy(content, 0, bytes, length, content.length);
        length += content.length;
    }

    /** Writes the length in bytes, then the text in ASCII. */
    void text(String ascii) {
        block(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
