/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads a structure of TPM 2.0 (Part 2) from front to back: big-endian numbers, and bytes with
 * their count in front of them. Whatever is missing, longer than it may be, or left over is
 * refused, so that one meaning has one form and hostile lengths allocate nothing.
 */
final class TpmReader {

    private final ByteBuffer rest;

    /**
     * Reads these bytes.
     *
     * @param bytesMax of the structure as a whole
     * @throws TpmMalformed if there are more
     */
    TpmReader(byte[] bytes, int bytesMax) throws TpmMalformed {
        if (bytes.length > bytesMax) {
            throw new TpmMalformed(bytes.length + " bytes, where " + bytesMax + " are the most");
        }
        rest = ByteBuffer.wrap(bytes);
    }

    int uint8() throws TpmMalformed {
        require(Byte.BYTES);
        return Byte.toUnsignedInt(rest.get());
    }

    int uint16() throws TpmMalformed {
        require(Short.BYTES);
        return Short.toUnsignedInt(rest.getShort());
    }

    long uint32() throws TpmMalformed {
        require(Integer.BYTES);
        return Integer.toUnsignedLong(rest.getInt());
    }

    /** A UINT64, which Java shows as negative from 2^63 on. */
    long uint64() throws TpmMalformed {
        require(Long.BYTES);
        return rest.getLong();
    }

    /** A TPM2B: a UINT16, and as many bytes as it says. */
    byte[] sized(int bytesMax) throws TpmMalformed {
        int size = uint16();
        if (size > bytesMax) {
            throw new TpmMalformed(
                    "a field of " + size + " bytes, where " + bytesMax + " are the most");
        }
        require(size);
        byte[] bytes = new byte[size];
        rest.get(bytes);
        return bytes;
    }

    /** A number that has one value here. */
    void expect(int value, String what) throws TpmMalformed {
        int found = uint16();
        if (found != value) {
            throw new TpmMalformed(what + " is " + found + ", not " + value);
        }
    }

    /** All of it has been read. */
    void end() throws TpmMalformed {
        if (rest.hasRemaining()) {
            throw new TpmMalformed(rest.remaining() + " bytes are left over");
        }
    }

    /** Without leading zeros a number and its form would not be one to one. */
    static byte[] fixed(byte[] bytes, int length, String what) throws TpmMalformed {
        if (bytes.length != length) {
            throw new TpmMalformed(what + " has " + bytes.length + " bytes, not " + length);
        }
        return Arrays.copyOf(bytes, length);
    }

    private void require(int bytes) throws TpmMalformed {
        if (rest.remaining() < bytes) {
            throw new TpmMalformed("it ends in the middle of a field");
        }
    }
}
