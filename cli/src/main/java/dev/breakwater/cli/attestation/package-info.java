/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Whose word an organization takes that a device's key is in a TPM.
 *
 * <p>It guarantees that no private key leaves this machine: a file that holds one is refused before
 * anything is sent, and so is one that holds more than was asked for. What counts as a root or an
 * endorsement key is the server's decision; only what could never match is refused here, because
 * the server sees no more of it than a SHA-256. Read {@link
 * dev.breakwater.cli.attestation.AttestationCommand} first.
 */
@NullMarked
package dev.breakwater.cli.attestation;

import org.jspecify.annotations.NullMarked;
