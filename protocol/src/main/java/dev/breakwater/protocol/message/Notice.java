/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Something the server wants its device to know, on {@code me/notices}: a quota nearly used up, why
 * it is about to be disconnected.
 *
 * @param kind 1 to 64 characters of {@code a-z 0-9 -}, the first a letter; for programs
 * @param text for people, at most 1 KiB of UTF-8
 * @param at when the server said so
 */
public record Notice(String kind, String text, Instant at) {

    /** The longest payload, in bytes of JSON. */
    public static final int BYTES_MAX = 8 * 1024;

    /** The longest text, in bytes of UTF-8. */
    public static final int TEXT_BYTES_MAX = 1024;

    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /**
     * Refuses a notice that would not fit.
     *
     * @throws IllegalArgumentException naming the limit
     */
    public Notice {
        if (!KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException(
                    "a notice's kind is 1 to 64 characters of a-z 0-9 -, the first a letter");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a notice's text must be at most %d bytes".formatted(TEXT_BYTES_MAX));
        }
        Json.requireStorable(Json.newObject().put("text", text), "a notice's text");
        Times.requireWritable(at, "a notice's at");
    }

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        return Json.write(
                Json.newObject().put("kind", kind).put("text", text).put("at", at.toString()));
    }
}
