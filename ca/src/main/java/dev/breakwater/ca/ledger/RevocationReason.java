/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

/** Why a certificate is no longer good (RFC 5280 section 5.3.1). */
public enum RevocationReason {
    /** No reason given; left out of the CRL entry, as the RFC asks. */
    UNSPECIFIED(0),
    /** The private key is known or suspected to be in other hands: a stolen device, a clone. */
    KEY_COMPROMISE(1),
    /** The device changed hands. */
    AFFILIATION_CHANGED(3),
    /** A newer certificate took its place. */
    SUPERSEDED(4),
    /** The device was disposed of. */
    CESSATION_OF_OPERATION(5),
    /** Suspended for now; the only reason that can be taken back. */
    CERTIFICATE_HOLD(6),
    /** The device lost what entitled it to the certificate. */
    PRIVILEGE_WITHDRAWN(9);

    private final int code;

    RevocationReason(int code) {
        this.code = code;
    }

    /** The value of the CRLReason on the wire. */
    public int code() {
        return code;
    }
}
