/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import dev.breakwater.protocol.attestation.Marshalled;

/**
 * What an attestation key said of a device's key.
 *
 * @param secret what TPM2_ActivateCredential opened
 * @param certifyInfo a TPMS_ATTEST
 * @param signature a TPMT_SIGNATURE
 */
public record Certification(Marshalled secret, Marshalled certifyInfo, Marshalled signature) {}
