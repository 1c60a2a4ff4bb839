/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import dev.breakwater.ca.ledger.CertificateStatus;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.KeyAlreadyRegistered;
import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.ca.ledger.KeyRegistration;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.Reservation;
import dev.breakwater.ca.ledger.RevocationReason;
import dev.breakwater.ca.ledger.RevokedCertificate;
import dev.breakwater.ca.ledger.SerialNumber;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The ledger's contract, in memory. A step named before a call fails as if the disk were full. */
public final class InMemoryIssuanceLedger implements IssuanceLedger {

    /** The calls that can be made to fail. */
    public enum Step {
        RESERVE,
        RECORD,
        STATUS,
        CRL_NUMBER
    }

    private final Map<SerialNumber, Reservation> reservations = new HashMap<>();
    private final Map<SerialNumber, IssuedCertificate> certificates = new HashMap<>();
    private final Map<SerialNumber, RevokedCertificate> revoked = new HashMap<>();
    private final Map<KeyFingerprint, CertificateSubject> keyHolders = new HashMap<>();
    private final Set<Step> failing = new HashSet<>();
    private BigInteger crlNumber = BigInteger.ZERO;

    @Override
    public synchronized void reserve(Reservation reservation)
            throws KeyAlreadyRegistered, LedgerFailed {
        failIf(Step.RESERVE);
        CertificateSubject holder =
                keyHolders.getOrDefault(reservation.key(), reservation.subject());
        if (!holder.equals(reservation.subject())) {
            throw new KeyAlreadyRegistered(reservation.key());
        }
        if (reservations.putIfAbsent(reservation.serial(), reservation) != null) {
            throw new LedgerFailed("serial number taken: " + reservation.serial());
        }
        keyHolders.put(reservation.key(), reservation.subject());
    }

    @Override
    public synchronized void record(IssuedCertificate certificate) throws LedgerFailed {
        failIf(Step.RECORD);
        if (!certificate.reservation().equals(reservations.get(certificate.serial()))) {
            throw new LedgerFailed("never reserved: " + certificate.serial());
        }
        certificates.put(certificate.serial(), certificate);
    }

    @Override
    public synchronized Optional<KeyRegistration> keyRegistration(KeyFingerprint key) {
        Set<SerialNumber> serials = new HashSet<>();
        for (IssuedCertificate issued : certificates.values()) {
            if (issued.reservation().key().equals(key)) {
                serials.add(issued.serial());
            }
        }
        CertificateSubject holder = keyHolders.get(key);
        return serials.isEmpty() || holder == null
                ? Optional.empty()
                : Optional.of(new KeyRegistration(holder, serials));
    }

    @Override
    public synchronized CertificateStatus status(SerialNumber serial) throws LedgerFailed {
        failIf(Step.STATUS);
        RevokedCertificate entry = revoked.get(serial);
        if (entry != null) {
            return new CertificateStatus.Revoked(entry.revokedAt(), entry.reason());
        }
        return certificates.containsKey(serial)
                ? new CertificateStatus.Good()
                : new CertificateStatus.Unknown();
    }

    @Override
    public synchronized List<RevokedCertificate> revokedAndEndingAfter(Instant moment) {
        return revoked.values().stream()
                .filter(
                        entry -> {
                            Reservation reservation = reservations.get(entry.serial());
                            return reservation != null && reservation.notAfter().isAfter(moment);
                        })
                .toList();
    }

    @Override
    public synchronized BigInteger nextCrlNumber() throws LedgerFailed {
        failIf(Step.CRL_NUMBER);
        crlNumber = crlNumber.add(BigInteger.ONE);
        return crlNumber;
    }

    /** Revokes a recorded certificate. */
    public synchronized void revoke(SerialNumber serial, Instant at, RevocationReason reason) {
        revoked.put(serial, new RevokedCertificate(serial, at, reason));
    }

    /** Makes a step fail from now on. */
    public synchronized void failAt(Step step) {
        failing.add(step);
    }

    /** Makes every step work again. */
    public synchronized void recover() {
        failing.clear();
    }

    /** Everything reserved so far. */
    public synchronized List<Reservation> reservations() {
        return List.copyOf(reservations.values());
    }

    /** Everything recorded so far. */
    public synchronized List<IssuedCertificate> certificates() {
        return List.copyOf(certificates.values());
    }

    private void failIf(Step step) throws LedgerFailed {
        if (failing.contains(step)) {
            throw new LedgerFailed(step + " failed because the test says so");
        }
    }
}
