/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.protocol.DeviceId;
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

    /** The server refused, because the device has another owner (409 in answer to a ticket). */
    record OwnedByAnother() implements EnrollmentOutcome {}

    /**
     * The server refused, or issued something that is not ours.
     *
     * @param reason for the log, at most 512 characters, without control characters
     * @param ofRequest whether another request, with another key, may fare better
     */
    record Refused(String reason, boolean ofRequest) implements EnrollmentOutcome {}

    /**
     * The server says, to whoever has proved to be that device, that its owner has given it away,
     * and that it is to erase itself (410 in answer to a current certificate).
     */
    record GivenAway(DeviceId device) implements EnrollmentOutcome {}
}
