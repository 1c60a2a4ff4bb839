/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.nio.ByteBuffer;

/**
 * The clear beginning of an envelope; authenticated with the payload (the {@code aad} of RFC 9180
 * section 5.2).
 */
record EnvelopeHeader(byte suite, KeyId key, long sequence) {

    static final int BYTES = 1 + 1 + Long.BYTES + Long.BYTES;

    byte[] encoded() {
        return ByteBuffer.allocate(BYTES)
                .put(Envelope.VERSION)
                .put(suite)
                .putLong(key.value())
                .putLong(sequence)
                .array();
    }

    /** Reads an envelope whose version is known ({@link Envelope#fault}). */
    static EnvelopeHeader decoded(byte[] envelope) {
        ByteBuffer header = ByteBuffer.wrap(envelope, 1, BYTES - 1);
        return new EnvelopeHeader(header.get(), new KeyId(header.getLong()), header.getLong());
    }
}
