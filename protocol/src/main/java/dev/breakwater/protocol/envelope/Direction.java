/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

/** Which way an envelope goes, so that none can be sent back to where it came from. */
public enum Direction {
    /** From the device. */
    FROM_DEVICE(1),
    /** To the device. */
    TO_DEVICE(2);

    private final byte number;

    Direction(int number) {
        this.number = (byte) number;
    }

    byte number() {
        return number;
    }
}
