/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * One use of a code: the binding of code, serial and public key that makes a retry the same
 * enrollment and everything else another one.
 *
 * @param device the id the device has, or will have once its certificate is recorded
 * @param requestedFrom the source address of the first request
 * @param decidedBy the operator who approved or denied it, as in the audit log
 * @param issued the certificate it led to
 */
public record Redemption(
        RedemptionId id,
        OrganizationId organization,
        EnrollmentCodeId code,
        ProductId product,
        DeviceSerial serial,
        KeyFingerprint key,
        DeviceId device,
        State state,
        Instant requestedAt,
        String requestedFrom,
        Optional<String> decidedBy,
        Optional<CredentialFingerprint> issued) {

    /** How far it has come. */
    public enum State {
        /** An operator has to decide. */
        PENDING,
        /** The device may have its certificate: it is bound, or an operator approved it. */
        GRANTED,
        /** An operator said no. */
        DENIED,
        /** The certificate is recorded. */
        ISSUED
    }
}
