/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Proof that a device's key lies in a TPM: what raises a credential's assurance to {@code
 * attested}.
 *
 * <p>It guarantees that no credential is attested unless a TPM that the organization lists has
 * shown, in one exchange that is over within minutes and counts once, that it holds the endorsement
 * key, the attestation key and the very key of the TLS connection, and that the last was made in it
 * and cannot leave it. It refuses whatever cannot be read to the last byte, and tells the device
 * one and the same thing for every reason. It makes no cryptography: the derivations of TPM 2.0 are
 * composed of the JDK's primitives.
 *
 * <p>It does not know what the device's firmware is, and it does not ask makers whether a TPM was
 * revoked. Read {@link dev.breakwater.server.attestation.Attestations} first; whom organizations
 * believe is in {@link dev.breakwater.server.attestation.EndorsementLists}.
 */
@NullMarked
package dev.breakwater.server.attestation;

import org.jspecify.annotations.NullMarked;
