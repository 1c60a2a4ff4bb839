/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.refusal.RefusalReason;
import java.security.cert.X509Certificate;
import java.time.Duration;

/** What a device that asked for a certificate gets. */
public sealed interface EnrollmentOutcome {

    /** The certificate, recorded and admitted by the registry. */
    record Issued(X509Certificate certificate) implements EnrollmentOutcome {}

    /** An operator has to approve it first; the device asks again, with the same request. */
    record Pending(RedemptionId id, Duration retryAfter) implements EnrollmentOutcome {}

    /** Nothing. The refusal is counted, logged and audited already. */
    record Refused(RefusalReason reason) implements EnrollmentOutcome {}
}
