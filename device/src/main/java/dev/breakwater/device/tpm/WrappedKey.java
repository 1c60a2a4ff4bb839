/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import dev.breakwater.protocol.attestation.Marshalled;

/**
 * A key that only the TPM which made it can use: its two halves as the TPM gave them out. No
 * secret: the private half is encrypted to the TPM's storage key.
 *
 * @param publicArea a TPMT_PUBLIC
 * @param privateArea the content of a TPM2B_PRIVATE
 */
public record WrappedKey(Marshalled publicArea, Marshalled privateArea) {

    /** The longest private half that is taken from a TPM: one for P-256 is under 200 bytes. */
    public static final int PRIVATE_BYTES_MAX = 1024;

    /** The longest public half that is taken from a TPM. */
    public static final int PUBLIC_BYTES_MAX = 1024;
}
