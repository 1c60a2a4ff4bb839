/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.util.Optional;

/**
 * What anybody can see of an envelope, without a key: for those who carry or keep it and cannot
 * open it.
 */
public final class Envelope {

    /**
     * The first byte. CBOR has reserved it (RFC 8949 section 3) and no JSON text begins with it, so
     * that no payload in clear is taken for an envelope; 0x1C and 0x1E remain for other formats.
     */
    static final byte VERSION = 0x1D;

    private Envelope() {}

    /** Whether a payload that begins with this byte is an envelope; none in clear does. */
    public static boolean begins(byte first) {
        return first == VERSION;
    }

    /**
     * What is wrong with it as far as anybody can see: its length, version and suite. Nothing wrong
     * does not mean that it opens.
     *
     * @param envelope untrusted bytes of any length
     */
    public static Optional<EnvelopeFault> fault(byte[] envelope) {
        if (envelope.length < Sealer.OVERHEAD_BYTES) {
            return Optional.of(EnvelopeFault.CUT_SHORT);
        }
        if (envelope.length > Sealer.PAYLOAD_BYTES_MAX + Sealer.OVERHEAD_BYTES) {
            return Optional.of(EnvelopeFault.TOO_LONG);
        }
        if (!begins(envelope[0])) {
            return Optional.of(EnvelopeFault.UNKNOWN_VERSION);
        }
        return Suite.of(envelope[1]).isEmpty()
                ? Optional.of(EnvelopeFault.UNKNOWN_SUITE)
                : Optional.empty();
    }

    /** Which key it says it is sealed to: what anybody may write there. */
    public static KeyId key(byte[] envelope) {
        return EnvelopeHeader.decoded(envelope).key();
    }
}
