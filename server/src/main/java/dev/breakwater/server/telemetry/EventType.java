/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import java.util.regex.Pattern;

/**
 * What kind of event it is, as the product calls it: the last level of {@code me/events/{type}}.
 *
 * @param text 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}, the first a letter or digit
 */
public record EventType(String text) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Refuses anything outside the form above. */
    public EventType {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "an event type is 1 to 64 characters of A-Z a-z 0-9 . _ -, starting with a letter or digit");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
