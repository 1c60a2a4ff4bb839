/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import java.util.regex.Pattern;

/**
 * A certificate's serial number (RFC 5280 section 4.1.2.2).
 *
 * @param hex 1 to 20 bytes as lower-case hexadecimal digits, positive
 */
public record SerialNumber(String hex) {

    private static final Pattern FORM = Pattern.compile("(?!0+$)[0-9a-f]{2,40}");

    /** Refuses anything outside the form above. */
    public SerialNumber {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "a serial number is 1 to 20 bytes in lower-case hexadecimal digits, not zero");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
