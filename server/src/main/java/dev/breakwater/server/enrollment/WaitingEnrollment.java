/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.identity.ProductId;
import java.time.Instant;
import java.util.Optional;

/**
 * What an operator decides about: a device's first certificate, or the next one of a device whose
 * certificate has ended.
 *
 * @param code by which it enrolls; empty if its certificate has ended
 */
public record WaitingEnrollment(
        RedemptionId id,
        Optional<EnrollmentCodeId> code,
        ProductId product,
        DeviceSerial serial,
        DeviceId device,
        KeyFingerprint key,
        Redemption.State state,
        Instant requestedAt,
        String requestedFrom,
        Optional<String> decidedBy) {

    static WaitingEnrollment of(Redemption first) {
        return new WaitingEnrollment(
                first.id(),
                Optional.of(first.code()),
                first.product(),
                first.serial(),
                first.device(),
                first.key(),
                first.state(),
                first.requestedAt(),
                first.requestedFrom(),
                first.decidedBy());
    }

    static WaitingEnrollment of(LapsedRenewal next) {
        return new WaitingEnrollment(
                next.id(),
                Optional.empty(),
                next.product(),
                next.serial(),
                next.device(),
                next.key(),
                next.state(),
                next.requestedAt(),
                next.requestedFrom(),
                next.decidedBy());
    }
}
