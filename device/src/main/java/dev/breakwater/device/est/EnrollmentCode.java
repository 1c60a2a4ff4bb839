/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

/**
 * The one-time code that lets a device ask for its first certificate. Printed nowhere.
 *
 * @param text 8 to 128 printable ASCII characters without a colon, which would end the user name of
 *     HTTP Basic (RFC 7617 section 2)
 */
public record EnrollmentCode(String text) {

    /** Refuses anything outside the form above. */
    public EnrollmentCode {
        if (!text.matches("[!-9;-~]{8,128}")) {
            throw new IllegalArgumentException(
                    "an enrollment code is 8 to 128 printable ASCII characters without colon or space");
        }
    }

    @Override
    public String toString() {
        return "EnrollmentCode[REDACTED]";
    }
}
