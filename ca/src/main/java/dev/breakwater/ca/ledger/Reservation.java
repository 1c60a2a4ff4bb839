/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.time.Instant;

/**
 * The intention to issue, written down before anything is signed. A reservation without a
 * certificate is what a crash between the two leaves: the serial is spent, the certificate may or
 * may not have been signed, and nobody has received it.
 *
 * @param serial the serial number that is now taken
 * @param subject whom the certificate will name
 * @param profile its kind
 * @param key the public key it will certify
 * @param basis on what grounds
 * @param reservedAt when
 * @param notAfter when the certificate, if it was signed, will have ended
 */
public record Reservation(
        SerialNumber serial,
        CertificateSubject subject,
        CertificateProfile profile,
        KeyFingerprint key,
        IssuanceBasis basis,
        Instant reservedAt,
        Instant notAfter) {}
