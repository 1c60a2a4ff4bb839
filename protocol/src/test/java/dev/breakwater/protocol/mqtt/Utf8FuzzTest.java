/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Strings off the wire against a second opinion that goes by the bits of RFC 3629. */
class Utf8FuzzTest {

    @FuzzTest(maxDuration = "24h")
    void judgesAsTheSecondOpinionDoes(byte[] bytes) {
        String decoded = Utf8.decode(bytes);
        boolean expected = wellFormed(bytes);
        if (expected != (decoded != null)) {
            throw new AssertionError("well-formed: expected " + expected);
        }
        if (expected != Utf8.isWellFormed(ByteBuffer.wrap(bytes))) {
            throw new AssertionError("well-formed as a payload: expected " + expected);
        }
        if (decoded != null && Utf8.length(decoded) != bytes.length) {
            throw new AssertionError("length: expected " + bytes.length);
        }
    }

    private static boolean wellFormed(byte[] bytes) {
        int i = 0;
        while (i < bytes.length) {
            int first = bytes[i++] & 0xFF;
            if (first < 0x80) {
                continue;
            }
            int more =
                    first >> 5 == 0b110
                            ? 1
                            : first >> 4 == 0b1110 ? 2 : first >> 3 == 0b11110 ? 3 : 0;
            if (more == 0 || i + more > bytes.length) {
                return false;
            }
            int codePoint = first & (0x3F >> more);
            for (int last = i + more; i < last; i++) {
                if ((bytes[i] & 0xC0) != 0x80) {
                    return false;
                }
                codePoint = (codePoint << 6) | (bytes[i] & 0x3F);
            }
            int least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
            boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
            if (codePoint < least || codePoint > 0x10FFFF || surrogate) {
                return false;
            }
        }
        return true;
    }
}
