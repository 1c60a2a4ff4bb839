/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.nio.charset.StandardCharsets;

/** Numbers and names as archives have them. */
final class Numbers {

    private Numbers() {}

    /** The lowest byte first. */
    static long little(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = count - 1; i >= 0; i--) {
            number = (number << 8) | (bytes[from + i] & 0xff);
        }
        return number;
    }

    /** In digits of a base, blanks and zeros around them; -1 if anything else stands there. */
    static long digits(byte[] bytes, int from, int count, int base) {
        String text =
                new String(bytes, from, count, StandardCharsets.ISO_8859_1)
                        .replace('\0', ' ')
                        .strip();
        if (text.isEmpty()) {
            return 0;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), base);
            if (digit < 0 || text.charAt(i) >= 0x80 || number > Long.MAX_VALUE / base - base) {
                return -1;
            }
            number = number * base + digit;
        }
        return number;
    }

    /** Up to the first zero. */
    static String name(byte[] bytes, int from, int count) {
        int length = 0;
        while (length < count && bytes[from + length] != 0) {
            length++;
        }
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }
}
