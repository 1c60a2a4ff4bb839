/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.CertificateStatus;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
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
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.organization.Unscoped;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The certificate authority's memory as tables. One authority serves all organizations, and a
 * serial number or a key must be unique among all of them.
 */
public final class SqlIssuanceLedger implements IssuanceLedger {

    private static final String ONE_AUTHORITY =
            "one certificate authority serves all organizations";

    private final Database database;
    private final Clock clock;
    private final CredentialRegistration registration;

    /** The ledger within this database. */
    public SqlIssuanceLedger(Database database, SqlAuditLog audit, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.registration = new CredentialRegistration(audit);
    }

    @Override
    @Unscoped(ONE_AUTHORITY)
    public void reserve(Reservation reservation) throws KeyAlreadyRegistered, LedgerFailed {
        boolean reserved =
                durable(
                        "reserve serial " + reservation.serial(),
                        () -> database.write(transaction -> reserve(transaction, reservation)));
        if (!reserved) {
            throw new KeyAlreadyRegistered(reservation.key());
        }
    }

    /** A key's first holder keeps it, whether a certificate came of it or not. */
    private static boolean reserve(Transaction transaction, Reservation reservation)
            throws SQLException {
        StoredSubject subject = StoredSubject.of(reservation.subject());
        transaction.update(
                "INSERT INTO certified_key (key_sha256, holder) VALUES (?, ?)"
                        + " ON CONFLICT (key_sha256) DO NOTHING",
                reservation.key(),
                subject.holder());
        long ours =
                transaction.count(
                        "SELECT count(*) FROM certified_key WHERE key_sha256 = ? AND holder = ?",
                        reservation.key(),
                        subject.holder());
        if (ours == 0) {
            return false;
        }
        transaction.update(
                "INSERT INTO issuance (serial_number, subject_kind, device_id, device_serial,"
                        + " server_names, key_sha256, basis_kind, basis_value, reserved_us,"
                        + " reserved_not_after_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                reservation.serial(),
                subject.kind(),
                subject.deviceId(),
                subject.deviceSerial(),
                subject.serverNames(),
                reservation.key(),
                basisKind(reservation.basis()),
                basisValue(reservation.basis()),
                reservation.reservedAt(),
                reservation.notAfter());
        return true;
    }

    @Override
    @Unscoped(ONE_AUTHORITY)
    public void record(IssuedCertificate certificate) throws LedgerFailed {
        boolean recorded =
                durable(
                        "record certificate " + certificate.serial(),
                        () -> database.write(transaction -> record(transaction, certificate)));
        if (!recorded) {
            throw new LedgerFailed(
                    "serial " + certificate.serial() + " was never reserved, or is recorded");
        }
    }

    private boolean record(Transaction transaction, IssuedCertificate issued) throws SQLException {
        int rows =
                transaction.update(
                        "UPDATE issuance SET recorded_us = ?, fingerprint = ?, certificate = ?"
                                + " WHERE serial_number = ? AND key_sha256 = ? AND recorded_us IS NULL",
                        clock.instant(),
                        issued.fingerprint(),
                        encoded(issued),
                        issued.serial(),
                        issued.reservation().key());
        if (rows == 0) {
            return false;
        }
        switch (issued.reservation().subject()) {
            case CertificateSubject.Device device ->
                    registration.register(transaction, issued, device, clock.instant());
            case CertificateSubject.Server _ -> {}
        }
        return true;
    }

    @Override
    @Unscoped(ONE_AUTHORITY)
    public Optional<KeyRegistration> keyRegistration(KeyFingerprint key) throws LedgerFailed {
        record Recorded(CertificateSubject holder, SerialNumber serial) {}
        List<Recorded> recorded =
                durable(
                        "look up key " + key,
                        () ->
                                database.read(
                                        statements ->
                                                statements.list(
                                                        "SELECT * FROM issuance WHERE key_sha256 = ?"
                                                                + " AND recorded_us IS NOT NULL",
                                                        row ->
                                                                new Recorded(
                                                                        StoredSubject.from(row)
                                                                                .subject(),
                                                                        new SerialNumber(
                                                                                row.text(
                                                                                        "serial_number"))),
                                                        key)));
        if (recorded.isEmpty()) {
            return Optional.empty();
        }
        Set<SerialNumber> serials =
                recorded.stream().map(Recorded::serial).collect(Collectors.toUnmodifiableSet());
        return Optional.of(new KeyRegistration(recorded.getFirst().holder(), serials));
    }

    @Override
    @Unscoped(ONE_AUTHORITY)
    public CertificateStatus status(SerialNumber serial) throws LedgerFailed {
        return durable(
                "look up serial " + serial,
                () ->
                        database.read(
                                statements ->
                                        statements
                                                .one(
                                                        "SELECT device.status AS device_status,"
                                                                + " device.status_changed_us,"
                                                                + " credential.status, credential.revoked_us"
                                                                + " FROM issuance"
                                                                + " LEFT JOIN credential"
                                                                + " ON credential.serial_number = issuance.serial_number"
                                                                + " LEFT JOIN device"
                                                                + " ON device.device_id = credential.device_id"
                                                                + " WHERE issuance.serial_number = ?"
                                                                + " AND recorded_us IS NOT NULL",
                                                        SqlIssuanceLedger::status,
                                                        serial)
                                                .orElse(new CertificateStatus.Unknown())));
    }

    @Override
    @Unscoped(ONE_AUTHORITY)
    public List<RevokedCertificate> revokedAndEndingAfter(Instant moment) throws LedgerFailed {
        return durable(
                "list revoked certificates",
                () ->
                        database.read(
                                statements ->
                                        statements.list(
                                                "SELECT credential.serial_number, credential.status,"
                                                        + " credential.revoked_us,"
                                                        + " device.status AS device_status,"
                                                        + " device.status_changed_us"
                                                        + " FROM credential JOIN device USING (device_id)"
                                                        + " WHERE not_after_us > ?"
                                                        + " AND (credential.status = 'REVOKED'"
                                                        + " OR device.status IN ('SUSPENDED', 'QUARANTINED'))",
                                                SqlIssuanceLedger::revoked,
                                                moment)));
    }

    @Override
    @Unscoped(ONE_AUTHORITY)
    public BigInteger nextCrlNumber() throws LedgerFailed {
        long number =
                durable(
                        "count up the CRL number",
                        () ->
                                database.write(
                                        transaction -> {
                                            transaction.update(
                                                    "UPDATE crl_number SET last = last + 1");
                                            return transaction.count("SELECT last FROM crl_number");
                                        }));
        return BigInteger.valueOf(number);
    }

    /** A listener's certificate has no credential: nobody can revoke it, it is only replaced. */
    private static CertificateStatus status(Row row) throws SQLException {
        Optional<String> status = row.optionalText("status");
        if (status.isEmpty()) {
            return new CertificateStatus.Good();
        }
        if (status.get().equals(CredentialStatus.REVOKED.name())) {
            return new CertificateStatus.Revoked(
                    row.instant("revoked_us"), RevocationReason.PRIVILEGE_WITHDRAWN);
        }
        return switch (row.text("device_status")) {
            case "SUSPENDED", "QUARANTINED" ->
                    new CertificateStatus.Revoked(
                            row.instant("status_changed_us"), RevocationReason.CERTIFICATE_HOLD);
            default -> new CertificateStatus.Good();
        };
    }

    private static RevokedCertificate revoked(Row row) throws SQLException {
        SerialNumber serial = new SerialNumber(row.text("serial_number"));
        return switch (status(row)) {
            case CertificateStatus.Revoked(var at, var reason) ->
                    new RevokedCertificate(serial, at, reason);
            case CertificateStatus.Good _, CertificateStatus.Unknown _ ->
                    throw new SQLException("certificate " + serial + " is not revoked");
        };
    }

    private static byte[] encoded(IssuedCertificate issued) {
        try {
            return issued.certificate().getEncoded();
        } catch (CertificateEncodingException unreadable) {
            throw new IllegalStateException("a signed certificate has no encoding", unreadable);
        }
    }

    private static String basisKind(IssuanceBasis basis) {
        return switch (basis) {
            case IssuanceBasis.EnrollmentCode _ -> "ENROLLMENT_CODE";
            case IssuanceBasis.OperatorApproval _ -> "OPERATOR_APPROVAL";
            case IssuanceBasis.SetupTicket _ -> "SETUP_TICKET";
            case IssuanceBasis.Renewal _ -> "RENEWAL";
            case IssuanceBasis.ServerListener _ -> "SERVER_LISTENER";
        };
    }

    private static String basisValue(IssuanceBasis basis) {
        return switch (basis) {
            case IssuanceBasis.EnrollmentCode(var id) -> id;
            case IssuanceBasis.OperatorApproval(var actor) -> actor;
            case IssuanceBasis.SetupTicket(var id) -> id;
            case IssuanceBasis.Renewal(var previous) -> previous.hex();
            case IssuanceBasis.ServerListener _ -> "";
        };
    }

    private static <T> T durable(String what, Supplier<T> action) throws LedgerFailed {
        try {
            return action.get();
        } catch (RuntimeException refused) {
            throw new LedgerFailed("could not " + what + ": " + refused.getMessage(), refused);
        }
    }
}
