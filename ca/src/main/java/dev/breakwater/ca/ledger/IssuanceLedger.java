/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The authority's memory. Implemented by the server on its database; every method may be called by
 * many threads at once.
 *
 * <p>"Durable" means: survives the power being cut the moment after the method returned.
 */
public interface IssuanceLedger {

    /**
     * Takes a serial number for a certificate that is about to be signed. Durable when it returns:
     * the authority signs next.
     *
     * <p>In one transaction with the write it refuses a key that is recorded for, or was reserved
     * for, another subject: two requests with one key may both have passed validation a moment ago.
     * The same subject may reserve its key again, which is how a device tries again after a crash.
     *
     * @throws KeyAlreadyRegistered if the key belongs to another subject; nothing was written
     * @throws LedgerFailed if it could not be made durable, or the serial number was taken before
     */
    void reserve(Reservation reservation) throws KeyAlreadyRegistered, LedgerFailed;

    /**
     * Keeps a certificate that has been signed, under the serial it was reserved with. Durable when
     * it returns: the authority hands the certificate out next.
     *
     * @throws LedgerFailed if it could not be made durable or was never reserved
     */
    void record(IssuedCertificate certificate) throws LedgerFailed;

    /**
     * Who holds a public key, counting recorded certificates only: a reservation alone means that
     * nobody has received a certificate for it.
     */
    Optional<KeyRegistration> keyRegistration(KeyFingerprint key) throws LedgerFailed;

    /** What is known of a serial number. */
    CertificateStatus status(SerialNumber serial) throws LedgerFailed;

    /**
     * Every certificate that is revoked or on hold and ends after the given moment, in any order.
     * An expired one may leave the list (RFC 5280 section 3.3).
     */
    List<RevokedCertificate> revokedAndEndingAfter(Instant moment) throws LedgerFailed;

    /**
     * A number greater than every one returned before, across restarts, at most 20 octets (RFC 5280
     * section 5.2.3). Durable when it returns; gaps are allowed.
     */
    BigInteger nextCrlNumber() throws LedgerFailed;
}
