/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.ledger.CertificateStatus;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.KeyAlreadyRegistered;
import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.ca.ledger.KeyRegistration;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.Reservation;
import dev.breakwater.ca.ledger.RevokedCertificate;
import dev.breakwater.ca.ledger.SerialNumber;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The real ledger, behind a switch that fails once at a chosen step, as a crash there would. */
final class FallibleLedger implements IssuanceLedger {

    /** Where it fails. */
    enum Step {
        BEFORE_RESERVING,
        AFTER_RESERVING,
        BEFORE_RECORDING,
        AFTER_RECORDING
    }

    private final IssuanceLedger real;
    private Optional<Step> next = Optional.empty();
    private final AtomicInteger recorded = new AtomicInteger();

    FallibleLedger(IssuanceLedger real) {
        this.real = real;
    }

    void failOnceAt(Step step) {
        next = Optional.of(step);
    }

    int recorded() {
        return recorded.get();
    }

    @Override
    public void reserve(Reservation reservation) throws KeyAlreadyRegistered, LedgerFailed {
        failIfAt(Step.BEFORE_RESERVING);
        real.reserve(reservation);
        failIfAt(Step.AFTER_RESERVING);
    }

    @Override
    public void record(IssuedCertificate certificate) throws LedgerFailed {
        failIfAt(Step.BEFORE_RECORDING);
        real.record(certificate);
        recorded.incrementAndGet();
        failIfAt(Step.AFTER_RECORDING);
    }

    private void failIfAt(Step step) throws LedgerFailed {
        if (next.isPresent() && next.get() == step) {
            next = Optional.empty();
            throw new LedgerFailed("the power was cut at " + step);
        }
    }

    @Override
    public Optional<KeyRegistration> keyRegistration(KeyFingerprint key) throws LedgerFailed {
        return real.keyRegistration(key);
    }

    @Override
    public CertificateStatus status(SerialNumber serial) throws LedgerFailed {
        return real.status(serial);
    }

    @Override
    public List<RevokedCertificate> revokedAndEndingAfter(Instant moment) throws LedgerFailed {
        return real.revokedAndEndingAfter(moment);
    }

    @Override
    public BigInteger nextCrlNumber() throws LedgerFailed {
        return real.nextCrlNumber();
    }
}
