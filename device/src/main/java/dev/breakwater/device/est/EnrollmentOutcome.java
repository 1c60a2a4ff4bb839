/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import dev.breakwater.device.identity.VerifiedCertificate;
import java.time.Duration;

/** How the server answered a request for a certificate. */
public sealed interface EnrollmentOutcome {

    /** The certificate was issued and found to be ours. */
    record Issued(VerifiedCertificate certificate) implements EnrollmentOutcome {}

    /**
     * Someone has to approve it first (202): ask again with the same request.
     *
     * @param retryAfter when to ask again, within {@link EstClient#RETRY_AFTER_MIN} and {@link
     *     EstClient#RETRY_AFTER_MAX}
     */
    record Pending(Duration retryAfter) implements EnrollmentOutcome {}

    /**
     * The server is too busy (429, 503): ask again with the same request.
     *
     * @param retryAfter as for {@link Pending}
     */
    record Busy(Duration retryAfter) implements EnrollmentOutcome {}

    /**
     * The server refused, or issued something that is not ours.
     *
     * @param reason for the log, at most 512 characters, without control characters
     */
    record Refused(String reason) implements EnrollmentOutcome {}
}
