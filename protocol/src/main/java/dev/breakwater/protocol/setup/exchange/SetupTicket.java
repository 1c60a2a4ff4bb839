/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

/**
 * What a server gives a device's owner, so that the device may enroll as the owner's. Opaque to app
 * and device; only the server opens it. Never printed.
 *
 * @param text a compact JWE (RFC 7516 section 7.1): five parts in base64url, the second of which
 *     alone may be empty, at most {@value #CHARS_MAX} characters
 */
public record SetupTicket(String text) {

    /** The longest ticket. */
    public static final int CHARS_MAX = 4096;

    /** Refuses what is too long or has not the five parts; says nothing of its content. */
    public SetupTicket {
        if (text.length() > CHARS_MAX
                || !text.matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+){3}")) {
            throw new IllegalArgumentException(
                    "a ticket is five parts in base64url with dots between them, at most %d characters"
                            .formatted(CHARS_MAX));
        }
    }

    @Override
    public String toString() {
        return "SetupTicket[REDACTED]";
    }
}
