/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How a device proves to its server that its key lives in hardware: one attestation, over HTTPS
 * with the credential it is about.
 *
 * <p>Guarantees that nothing is sent but to the server with the pinned root, and that a server's
 * answer is read strictly and within limits. Refuses to read more into an answer than it says: a
 * refusal has no reason, since the server gives none. What is attested and how is the work of a
 * {@link dev.breakwater.device.identity.Attester}. Read {@link
 * dev.breakwater.device.attestation.AttestationClient} first.
 */
@NullMarked
package dev.breakwater.device.attestation;

import org.jspecify.annotations.NullMarked;
