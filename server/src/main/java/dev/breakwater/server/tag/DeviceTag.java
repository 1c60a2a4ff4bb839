/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tag;

import java.util.regex.Pattern;

/**
 * A word by which operators sort devices.
 *
 * @param text a name such as {@code beta}, or a name and a value such as {@code site=berlin}: up to
 *     64 characters, each part of {@code a-z 0-9 . _ -} and beginning with a letter or digit. There
 *     are no capitals and nothing beyond ASCII, so that no two tags differ in what only machines
 *     see.
 */
public record DeviceTag(String text) implements Comparable<DeviceTag> {

    private static final int CHARACTERS_MAX = 64;
    private static final Pattern FORM =
            Pattern.compile("[a-z0-9][a-z0-9._-]*(=[a-z0-9][a-z0-9._-]*)?");

    /** Refuses anything outside the form above. */
    public DeviceTag {
        if (text.length() > CHARACTERS_MAX || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a tag is a name or name=value, %d characters of a-z 0-9 . _ - at most"
                            .formatted(CHARACTERS_MAX));
        }
    }

    @Override
    public int compareTo(DeviceTag other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
