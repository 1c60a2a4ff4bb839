/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import java.util.regex.Pattern;

/**
 * The maker's name for one device, as printed on its label; unique within an organization. It is
 * the common name of the device's certificates.
 *
 * @param text 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}, the first a letter or digit (64 is
 *     the limit of a common name, RFC 5280 appendix A.1; the alphabet is safe in a topic, a URL, a
 *     log line and a shell, and has no colon, because a device enrolls with its serial as the user
 *     name of HTTP Basic, RFC 7617 section 2)
 */
public record DeviceSerial(String text) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Refuses anything outside the form above. */
    public DeviceSerial {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a device serial is 1 to 64 characters of A-Z a-z 0-9 . _ -, starting with a letter or digit");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
