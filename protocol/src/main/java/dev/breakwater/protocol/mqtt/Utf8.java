/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Strings of MQTT (section 1.5.4 of 5.0, 1.5.3 of 3.1.1): well-formed UTF-8 without U+0000. Control
 * characters and non-characters, which a receiver may refuse, are refused: strings of a device end
 * up in log lines and terminals (log forging).
 */
final class Utf8 {

    private static final int CHECKED_CHARS = 512;

    private Utf8() {}

    /**
     * Decodes bytes off the wire.
     *
     * @return null if they are not well-formed: overlong forms, encoded surrogates, values above
     *     U+10FFFF, cut off
     */
    static @Nullable String decode(byte[] bytes) {
        int accumulated = 0;
        for (byte b : bytes) {
            accumulated |= b;
        }
        if (accumulated >= 0) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        CoderResult result = strictDecoder().decode(ByteBuffer.wrap(bytes), chars, true);
        return result.isUnderflow() ? chars.flip().toString() : null;
    }

    /** Whether the bytes are UTF-8, U+0000 included; their position stays, and nothing is kept. */
    static boolean isWellFormed(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        CharsetDecoder decoder = strictDecoder();
        CharBuffer chars = CharBuffer.allocate(CHECKED_CHARS);
        CoderResult result = decoder.decode(in, chars, true);
        while (result.isOverflow()) {
            chars.clear();
            result = decoder.decode(in, chars, true);
        }
        return result.isUnderflow();
    }

    /** The JDK's decoder is strict; used by hand it reports without an exception's stack trace. */
    private static CharsetDecoder strictDecoder() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** The rule that a decoded or self-made string breaks, null for a good one. */
    static @Nullable MqttRule brokenBy(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                continue;
            }
            if (c == 0) {
                return MqttRule.UTF8_NULL;
            }
            if (c < 0xA0) {
                return MqttRule.UTF8_CONTROL;
            }
            if (c >= Character.MIN_SURROGATE) {
                int codePoint = text.codePointAt(i);
                if (codePoint <= Character.MAX_SURROGATE) {
                    return MqttRule.UTF8_WELL_FORMED;
                }
                if (isNonCharacter(codePoint)) {
                    return MqttRule.UTF8_CONTROL;
                }
                i += Character.charCount(codePoint) - 1;
            }
        }
        return null;
    }

    private static boolean isNonCharacter(int codePoint) {
        return (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
    }

    /** Bytes of a string; one without surrogate pairs broken apart. */
    static int length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // A surrogate pair is two chars and four bytes, so two more for each pair.
                length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return length;
    }

    /** Refuses a string of our own making that must not go on the wire. */
    static void require(String text, String noun) {
        MqttRule broken = brokenBy(text);
        if (broken != null) {
            throw new IllegalArgumentException(
                    noun + ": " + broken.sentence() + " [" + broken.place(null) + "]");
        }
        if (length(text) > Bytes.FIELD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    noun + " is longer than " + Bytes.FIELD_BYTES_MAX + " bytes of UTF-8");
        }
    }
}
