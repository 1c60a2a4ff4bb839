/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** The bounds of a Variable Byte Integer (MQTT 5.0 section 1.5.5): seven bits in each byte. */
final class VariableByteInteger {

    static final int BYTES_MAX = 4;
    static final int MAX = 268_435_455;

    private VariableByteInteger() {}

    /** How many bytes the shortest form of {@code value} takes. */
    static int length(int value) {
        if (value < 1 << 7) {
            return 1;
        }
        if (value < 1 << 14) {
            return 2;
        }
        return value < 1 << 21 ? 3 : 4;
    }
}
