/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

/**
 * The proof that an endorsement key is one that its organization trusts to be a TPM's: only {@link
 * EndorsementCheck} makes one, so that no puzzle is made for another key.
 */
final class Endorsement {

    private final TpmPublic key;
    private final String trustedBy;

    Endorsement(TpmPublic key, String trustedBy) {
        this.key = key;
        this.trustedBy = trustedBy;
    }

    TpmPublic key() {
        return key;
    }

    /** For the audit log: the entry of the allow-list that it was found by. */
    String trustedBy() {
        return trustedBy;
    }
}
