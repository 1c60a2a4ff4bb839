/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.time.Instant;

/** What the ledger says of a serial number at this moment. */
public sealed interface CertificateStatus {

    /** Recorded and not revoked; it may have expired, which its reader can see for themselves. */
    record Good() implements CertificateStatus {}

    /** Recorded and revoked, or on hold. */
    record Revoked(Instant at, RevocationReason reason) implements CertificateStatus {}

    /** Never recorded: not ours, or only reserved. */
    record Unknown() implements CertificateStatus {}
}
