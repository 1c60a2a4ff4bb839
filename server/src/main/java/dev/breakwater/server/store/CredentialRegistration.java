/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a device's certificate known to the registry, in the transaction that records it in the
 * ledger: there is no moment at which a certificate is recorded and not admitted, or admitted and
 * not recorded. The device itself comes into being here, with its first certificate, so that
 * nothing is listed that never enrolled.
 *
 * <p>It throws when the grounds have gone since the request was authorized; nothing of the
 * transaction is stored then.
 */
final class CredentialRegistration {

    private final SqlAuditLog audit;
    private final TicketRegistration tickets;

    CredentialRegistration(SqlAuditLog audit) {
        this.audit = audit;
        this.tickets = new TicketRegistration(audit);
    }

    void register(
            Transaction transaction,
            IssuedCertificate issued,
            CertificateSubject.Device subject,
            Instant now)
            throws SQLException {
        switch (issued.reservation().basis()) {
            case IssuanceBasis.EnrollmentCode _, IssuanceBasis.OperatorApproval _ ->
                    enroll(transaction, issued, subject, now);
            case IssuanceBasis.SetupTicket _ -> setUp(transaction, issued, subject, now);
            case IssuanceBasis.Renewal renewal ->
                    renew(transaction, issued, subject.id(), renewal, now);
            case IssuanceBasis.ServerListener _ ->
                    throw new IllegalStateException("a listener's grounds do not make a device");
        }
    }

    private void setUp(
            Transaction transaction,
            IssuedCertificate issued,
            CertificateSubject.Device subject,
            Instant now)
            throws SQLException {
        TicketRegistration.Registered registered =
                tickets.register(transaction, issued, subject, now);
        insertCredential(
                transaction,
                issued,
                registered.organization(),
                subject.id(),
                registered.generation(),
                KeyStanding.stated(registered.assurance()));
        tickets.finish(transaction, issued, subject);
    }

    private record Grounds(
            String redemption,
            OrganizationId organization,
            String product,
            String code,
            Assurance assurance) {}

    private void enroll(
            Transaction transaction,
            IssuedCertificate issued,
            CertificateSubject.Device subject,
            Instant now)
            throws SQLException {
        Grounds grounds =
                transaction
                        .one(
                                "SELECT redemption.*, enrollment_code.product_id,"
                                        + " enrollment_code.assurance FROM redemption"
                                        + " JOIN enrollment_code ON enrollment_code.code_id = redemption.code_id"
                                        + " WHERE device_id = ? AND key_sha256 = ? AND state = 'GRANTED'"
                                        + " ORDER BY redemption_id DESC LIMIT 1",
                                row ->
                                        new Grounds(
                                                row.text("redemption_id"),
                                                new OrganizationId(row.uuid("organization_id")),
                                                row.text("product_id"),
                                                row.text("code_id"),
                                                Assurance.valueOf(row.text("assurance"))),
                                subject.id(),
                                issued.reservation().key())
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "no enrollment of device "
                                                        + subject.id()
                                                        + " waits for a certificate"));
        insertDevice(transaction, subject, grounds, now);
        insertCredential(
                transaction,
                issued,
                grounds.organization(),
                subject.id(),
                1,
                KeyStanding.stated(grounds.assurance()));
        transaction.update(
                "UPDATE redemption SET state = 'ISSUED', fingerprint = ? WHERE redemption_id = ?",
                issued.fingerprint(),
                grounds.redemption());
        audit.append(
                transaction,
                AuditEvent.of(
                        grounds.organization(),
                        new Actor.CodeHolder(grounds.code()),
                        AuditAction.DEVICE_ENROLLED,
                        "device:" + subject.id(),
                        Map.of(
                                "serial", subject.serial().text(),
                                "product", grounds.product(),
                                "assurance", grounds.assurance().code(),
                                "enrollment", grounds.redemption(),
                                "certificate", issued.serial().hex(),
                                "fingerprint", issued.fingerprint().hex())));
    }

    private static void insertDevice(
            Transaction transaction,
            CertificateSubject.Device subject,
            Grounds grounds,
            Instant now)
            throws SQLException {
        transaction.update(
                "INSERT INTO device (device_id, organization_id, product_id, serial, status,"
                        + " status_reason, status_changed_us, confirmed_generation, created_us, version)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                subject.id(),
                grounds.organization(),
                grounds.product(),
                subject.serial(),
                DeviceStatus.ACTIVE.name(),
                "",
                now,
                0,
                now,
                1L);
    }

    private record Standing(
            OrganizationId organization,
            String status,
            int generation,
            String key,
            KeyStanding ofKey,
            String fingerprint,
            Instant notAfter) {}

    /** How sure it is where a key lies, and what has proved it if something has. */
    private record KeyStanding(
            Assurance assurance, Optional<Instant> attestedAt, Optional<String> endorsement) {

        static KeyStanding stated(Assurance assurance) {
            return new KeyStanding(assurance, Optional.empty(), Optional.empty());
        }

        /**
         * A renewal neither adds assurance nor takes any: the key's place was stated once. But what
         * was proved was proved of one key, so another one has the maker's word alone.
         */
        KeyStanding renewed(boolean sameKey) {
            return sameKey || assurance != Assurance.ATTESTED
                    ? this
                    : stated(Assurance.HARDWARE_KEY);
        }
    }

    private static Standing standing(
            Transaction transaction, DeviceId device, IssuanceBasis.Renewal renewal)
            throws SQLException {
        return transaction
                .one(
                        "SELECT device.organization_id, device.status,"
                                + " credential.assurance, credential.fingerprint,"
                                + " credential.attested_us, credential.endorsement_sha256,"
                                + " credential.key_sha256,"
                                + " credential.not_after_us,"
                                + " (SELECT max(generation) FROM credential"
                                + " WHERE credential.device_id = device.device_id) AS generation"
                                + " FROM device JOIN credential USING (device_id)"
                                + " WHERE device_id = ? AND credential.serial_number = ?"
                                + " AND credential.status = 'ACTIVE'",
                        row ->
                                new Standing(
                                        new OrganizationId(row.uuid("organization_id")),
                                        row.text("status"),
                                        row.integer("generation"),
                                        row.text("key_sha256"),
                                        new KeyStanding(
                                                Assurance.valueOf(row.text("assurance")),
                                                row.optionalInstant("attested_us"),
                                                row.optionalText("endorsement_sha256")),
                                        row.text("fingerprint"),
                                        row.instant("not_after_us")),
                        device,
                        renewal.previous())
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "device "
                                                + device
                                                + " has no active certificate "
                                                + renewal.previous()));
    }

    private void renew(
            Transaction transaction,
            IssuedCertificate issued,
            DeviceId device,
            IssuanceBasis.Renewal renewal,
            Instant now)
            throws SQLException {
        Standing standing = standing(transaction, device, renewal);
        if (!standing.status().equals(DeviceStatus.ACTIVE.name())) {
            throw new IllegalStateException("device " + device + " is not active any more");
        }
        int generation = standing.generation() + 1;
        insertCredential(
                transaction,
                issued,
                standing.organization(),
                device,
                generation,
                standing.ofKey().renewed(standing.key().equals(issued.reservation().key().hex())));
        if (!now.isBefore(standing.notAfter())) {
            finishLapsed(transaction, issued, device, standing);
        }
        audit.append(
                transaction,
                AuditEvent.of(
                        standing.organization(),
                        new Actor.ProvenDevice(device),
                        AuditAction.CREDENTIAL_RENEWED,
                        "device:" + device,
                        Map.of(
                                "generation", Integer.toString(generation),
                                "previous", renewal.previous().hex(),
                                "certificate", issued.serial().hex(),
                                "fingerprint", issued.fingerprint().hex())));
    }

    /** What has ended has a successor only if an operator has approved it, for this very key. */
    private static void finishLapsed(
            Transaction transaction, IssuedCertificate issued, DeviceId device, Standing standing)
            throws SQLException {
        int finished =
                transaction.update(
                        "UPDATE lapsed_renewal SET state = 'ISSUED', fingerprint = ?"
                                + " WHERE device_id = ? AND lapsed = ? AND key_sha256 = ?"
                                + " AND state = 'GRANTED'",
                        issued.fingerprint(),
                        device,
                        standing.fingerprint(),
                        issued.reservation().key());
        if (finished == 0) {
            throw new IllegalStateException(
                    "the certificate of device " + device + " has ended, and nobody approved");
        }
    }

    private static void insertCredential(
            Transaction transaction,
            IssuedCertificate issued,
            OrganizationId organization,
            DeviceId device,
            int generation,
            KeyStanding ofKey)
            throws SQLException {
        transaction.update(
                "INSERT INTO credential (fingerprint, organization_id, device_id, serial_number,"
                        + " key_sha256, generation, not_before_us, not_after_us, status,"
                        + " assurance, attested_us, endorsement_sha256)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                issued.fingerprint(),
                organization,
                device,
                issued.serial(),
                issued.reservation().key(),
                generation,
                issued.certificate().getNotBefore().toInstant(),
                issued.certificate().getNotAfter().toInstant(),
                CredentialStatus.ACTIVE.name(),
                ofKey.assurance().name(),
                ofKey.attestedAt().orElse(null),
                ofKey.endorsement().orElse(null));
    }
}
