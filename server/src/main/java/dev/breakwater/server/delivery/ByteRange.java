/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a file a request wants (RFC 9110 section 14). More than one range at a time is answered
 * with the whole, as that section allows: whoever asks for a thousand of one byte gets no more work
 * out of us.
 */
sealed interface ByteRange {

    /** From the first to the last byte. */
    record Whole() implements ByteRange {}

    /**
     * A part that lies within the file.
     *
     * @param last inclusive, as it is written
     */
    record Part(long first, long last) implements ByteRange {

        long length() {
            return last - first + 1;
        }
    }

    /** A part of which nothing lies within the file. */
    record Unsatisfiable() implements ByteRange {}

    /** A header as section 14.1.2 has it: one range, or one of the last bytes. */
    Pattern FORM = Pattern.compile("(?i:bytes)=[ \\t]*(\\d{0,40})-(\\d{0,40})[ \\t]*");

    /** Digits of which every number fits. */
    int DIGITS = 18;

    /**
     * What these headers ask for. Whatever is not understood is ignored, as section 14.2 has it.
     *
     * @param headers the values of all headers of that name
     */
    static ByteRange of(List<String> headers, long length) {
        if (headers.size() != 1) {
            return new Whole();
        }
        Matcher matcher = FORM.matcher(headers.getFirst());
        if (!matcher.matches()) {
            return new Whole();
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? new Whole() : ofTheEnd(number(to), length);
        }
        long first = number(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
        if (last < first) {
            return new Whole();
        }
        return first < length ? new Part(first, Math.min(last, length - 1)) : new Unsatisfiable();
    }

    private static ByteRange ofTheEnd(long count, long length) {
        return count == 0 || length == 0
                ? new Unsatisfiable()
                : new Part(Math.max(0, length - count), length - 1);
    }

    private static long number(String digits) {
        return digits.length() > DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
