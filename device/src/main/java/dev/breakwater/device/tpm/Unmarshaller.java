/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads what a TPM marshalled, strictly: no more than is there, and nothing left over. */
final class Unmarshaller {

    private final byte[] all;
    private final ByteBuffer in;

    private Unmarshaller(byte[] all) {
        this.all = all;
        this.in = ByteBuffer.wrap(all);
    }

    static Unmarshaller of(byte[] bytes) {
        return new Unmarshaller(bytes);
    }

    int u16() throws TpmFailure {
        require(2);
        return in.getShort() & 0xFFFF;
    }

    int u32() throws TpmFailure {
        require(4);
        return in.getInt();
    }

    long u64() throws TpmFailure {
        require(8);
        return in.getLong();
    }

    /** The bytes of a TPM2B. */
    byte[] sized(int bytesMax) throws TpmFailure {
        int length = u16();
        if (length > bytesMax) {
            throw TpmFailure.nonsense(
                    "%d bytes where at most %d stand".formatted(length, bytesMax));
        }
        return raw(length);
    }

    byte[] raw(int length) throws TpmFailure {
        require(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Everything between two positions of {@link #position}. */
    byte[] between(int from, int to) {
        return Arrays.copyOfRange(all, from, to);
    }

    int position() {
        return in.position();
    }

    int left() {
        return in.remaining();
    }

    void requireEnd() throws TpmFailure {
        if (in.hasRemaining()) {
            throw TpmFailure.nonsense(in.remaining() + " bytes too many");
        }
    }

    void require(int expected, int found, String what) throws TpmFailure {
        if (expected != found) {
            throw TpmFailure.nonsense("%s is 0x%x, not 0x%x".formatted(what, found, expected));
        }
    }

    private void require(int count) throws TpmFailure {
        if (in.remaining() < count) {
            throw TpmFailure.nonsense("it ends too early");
        }
    }
}
