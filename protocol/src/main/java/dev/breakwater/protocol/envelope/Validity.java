/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import java.time.Instant;

/**
 * When a key may be sealed to. What was sealed within it opens for as long as the recipient keeps
 * the private key.
 *
 * @param notBefore the first instant
 * @param notAfter the first instant that is too late
 */
public record Validity(Instant notBefore, Instant notAfter) {

    /** Refuses a validity that has no instant in it. */
    public Validity {
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException(
                    "a key's validity must end after its beginning, not from %s to %s"
                            .formatted(notBefore, notAfter));
        }
    }

    /** Whether the key may be sealed to at this instant. */
    public boolean covers(Instant instant) {
        return !instant.isBefore(notBefore) && instant.isBefore(notAfter);
    }
}
