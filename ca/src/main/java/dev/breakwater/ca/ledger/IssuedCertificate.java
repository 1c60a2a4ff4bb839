/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate the authority has signed.
 *
 * @param reservation what was written down before it was signed
 * @param fingerprint the name under which the registry admits it
 * @param certificate the certificate itself
 * @param issuers the certificates above it, issuing authority first, root last
 */
public record IssuedCertificate(
        Reservation reservation,
        CertificateFingerprint fingerprint,
        X509Certificate certificate,
        List<X509Certificate> issuers) {

    /** Copies the list. */
    public IssuedCertificate {
        issuers = List.copyOf(issuers);
    }

    /** Its serial number. */
    public SerialNumber serial() {
        return reservation.serial();
    }
}
