/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * A single endorsement key that an organization believes to be a TPM's, whoever vouches for it: for
 * TPMs without a certificate.
 *
 * @param sha256 of the key's SubjectPublicKeyInfo
 * @param note which TPM it is, in the organization's words
 * @param addedBy who entered it
 */
public record EndorsementKey(
        OrganizationId organization,
        ListedSha256 sha256,
        String note,
        Instant addedAt,
        String addedBy) {}
