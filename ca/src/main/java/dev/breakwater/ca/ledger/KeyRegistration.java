/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.util.Set;

/**
 * What is known of a public key that was certified before.
 *
 * @param holder whom it was certified for
 * @param certificates the serial numbers of every certificate recorded for it, whatever their state
 */
public record KeyRegistration(CertificateSubject holder, Set<SerialNumber> certificates) {

    /** Copies the set. */
    public KeyRegistration {
        certificates = Set.copyOf(certificates);
    }
}
