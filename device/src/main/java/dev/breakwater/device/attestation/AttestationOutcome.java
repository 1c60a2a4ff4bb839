/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.attestation;

import java.time.Duration;

/** What a server says to an attestation. */
public sealed interface AttestationOutcome {

    /** It believes that the key lives in hardware. */
    record Attested() implements AttestationOutcome {}

    /**
     * It does not; its operator is told why, and the device is not.
     *
     * @param status of HTTP
     */
    record Refused(int status) implements AttestationOutcome {}

    /** It takes no more right now. */
    record Busy(Duration retryAfter) implements AttestationOutcome {}
}
