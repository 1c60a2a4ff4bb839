/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.time.Instant;
import java.util.Optional;

/**
 * One certificate of one device.
 *
 * @param publicKeySha256 of the SubjectPublicKeyInfo, 64 lower-case hexadecimal digits; no two
 *     devices share one
 * @param generation 1 for the enrollment, one more with each renewal
 * @param assurance how sure it is that only the device can use it
 * @param attestedAt when its key was attested, if it is
 */
public record Credential(
        CredentialFingerprint fingerprint,
        OrganizationId organization,
        DeviceId device,
        SerialNumber serialNumber,
        String publicKeySha256,
        int generation,
        Instant notBefore,
        Instant notAfter,
        CredentialStatus status,
        Assurance assurance,
        Optional<Instant> attestedAt)
        implements DeviceProof {}
