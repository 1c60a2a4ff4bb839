/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;

/** Times as RFC 3339 in UTC: {@code 2026-11-22T10:00:00Z}, with up to nine decimals. */
final class Times {

    private static final Pattern FORM =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z");

    private Times() {}

    static Instant parse(String text, String noun) throws MalformedMessage {
        if (FORM.matcher(text).matches()) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException notADate) {
                throw new MalformedMessage(malformed(noun), notADate);
            }
        }
        throw new MalformedMessage(malformed(noun));
    }

    static void requireWritable(Instant time, String noun) {
        if (!FORM.matcher(time.toString()).matches()) {
            throw new IllegalArgumentException(noun + " must lie in the years 0000 to 9999");
        }
    }

    private static String malformed(String noun) {
        return noun + " must be a time of RFC 3339 in UTC, such as 2026-11-22T10:00:00Z";
    }
}
