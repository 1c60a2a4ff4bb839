/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Reads what {@link BytePacker} wrote, and believes none of it: a number longer than needed, a
 * length beyond the end or anything left over means that the stored bytes are damaged.
 */
final class ByteUnpacker {

    private final byte[] bytes;
    private int position;

    ByteUnpacker(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return position < bytes.length;
    }

    long number() throws SQLException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            if (position == bytes.length) {
                throw damaged("they end inside a number");
            }
            byte next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                if (next == 0 && shift > 0) {
                    throw damaged("a number is longer than it needs to be");
                }
                return value;
            }
        }
        throw damaged("a number has more than 63 bits");
    }

    /** A number that is at most so large. */
    int number(int max) throws SQLException {
        long value = number();
        if (value > max) {
            throw damaged("%d stands where at most %d may".formatted(value, max));
        }
        return (int) value;
    }

    byte[] block() throws SQLException {
        int length = number(bytes.length);
        if (length > bytes.length - position) {
            throw damaged("they end too early");
        }
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    String text() throws SQLException {
        return new String(block(), StandardCharsets.US_ASCII);
    }

    void requireEnd() throws SQLException {
        if (hasMore()) {
            throw damaged("%d bytes are left over".formatted(bytes.length - position));
        }
    }

    static SQLException damaged(String what) {
        return new SQLException("stored telemetry is damaged: " + what);
    }
}
