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
 * A device's wish to go on after its certificate has ended.
 *
 * @param lapsed the certificate that has ended; there is one wish for each
 * @param key of the next certificate
 * @param requestedFrom the source address of the first request
 * @param decidedBy the operator who approved or denied it, as in the audit log
 */
public record LapsedRenewal(
        RedemptionId id,
        OrganizationId organization,
        ProductId product,
        DeviceSerial serial,
        DeviceId device,
        CredentialFingerprint lapsed,
        KeyFingerprint key,
        Redemption.State state,
        Instant requestedAt,
        String requestedFrom,
        Optional<String> decidedBy) {}
