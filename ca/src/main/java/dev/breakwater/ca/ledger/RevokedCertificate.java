/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.time.Instant;

/**
 * One entry of a revocation list.
 *
 * @param serial which certificate
 * @param revokedAt since when
 * @param reason why
 */
public record RevokedCertificate(SerialNumber serial, Instant revokedAt, RevocationReason reason) {}
