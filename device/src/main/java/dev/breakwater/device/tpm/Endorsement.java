/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import dev.breakwater.protocol.attestation.Marshalled;
import java.util.List;
import java.util.Optional;

/**
 * The key by which a TPM's manufacturer knows it.
 *
 * @param kind which of a TPM's two
 * @param publicArea a TPMT_PUBLIC
 * @param certificate the manufacturer's for it, X.509 in DER, if the TPM holds one
 * @param intermediates certificates above it, X.509 in DER, at most three, if the TPM holds any
 */
public record Endorsement(
        Kind kind,
        Marshalled publicArea,
        Optional<Marshalled> certificate,
        List<Marshalled> intermediates) {

    /** Copies the list. */
    public Endorsement {
        intermediates = List.copyOf(intermediates);
    }

    /** The two that the TCG EK Credential Profile gives every TPM, in the order they are tried. */
    public enum Kind {
        /** P-256; its certificate lies at 0x01c0000a. */
        ECC(0x01C0000A),

        /** RSA of 2048 bits; its certificate lies at 0x01c00002. */
        RSA(0x01C00002);

        private final int certificateIndex;

        Kind(int certificateIndex) {
            this.certificateIndex = certificateIndex;
        }

        int certificateIndex() {
            return certificateIndex;
        }

        Template template() {
            return switch (this) {
                case ECC -> Template.endorsementEcc();
                case RSA -> Template.endorsementRsa();
            };
        }
    }
}
