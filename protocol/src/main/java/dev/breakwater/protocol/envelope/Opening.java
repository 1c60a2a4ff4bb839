/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

/** What came of an envelope. */
public sealed interface Opening {

    /**
     * It was sealed in this context, and has not opened before.
     *
     * @param payload what was sealed; the caller's own
     * @param sequence its number, to be given back ({@link ReplayWindow#giveBack}) if the payload
     *     cannot be kept
     */
    @SuppressWarnings("ArrayRecordComponent") // One hand-over; nobody compares openings.
    record Opened(byte[] payload, long sequence) implements Opening {

        /** Without the payload, which does not belong in a log. */
        @Override
        public String toString() {
            return "Opened[" + payload.length + " bytes, sequence " + sequence + "]";
        }
    }

    /** It is refused, and what the window remembers has not changed. */
    record Refused(EnvelopeFault fault) implements Opening {}
}
