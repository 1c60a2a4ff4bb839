/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a device that was set up with a ticket known, and its owner with it, in the transaction
 * that records its certificate: there is no moment at which it is in use and nobody's.
 *
 * <p>It throws when the grounds have gone since the request was authorized; nothing of the
 * transaction is stored then.
 */
final class TicketRegistration {

    private final SqlAuditLog audit;
    private final SharedRows shared;

    TicketRegistration(SqlAuditLog audit) {
        this.audit = audit;
        this.shared = new SharedRows(audit);
    }

    private record Grounds(
            String ticket,
            OrganizationId organization,
            String member,
            String product,
            Assurance assurance) {}

    /** The assurance and the generation that the device's certificate is to have. */
    record Registered(OrganizationId organization, int generation, Assurance assurance) {}

    Registered register(
            Transaction transaction,
            IssuedCertificate issued,
            CertificateSubject.Device subject,
            Instant now)
            throws SQLException {
        Grounds grounds = grounds(transaction, issued, subject);
        Optional<String> status =
                transaction.one(
                        "SELECT status FROM device WHERE device_id = ?",
                        row -> row.text("status"),
                        subject.id());
        int generation = status.isPresent() ? next(transaction, subject, grounds) : 1;
        if (status.isPresent()) {
            requireTheirs(transaction, subject, grounds, status.get());
            // It was erased, perhaps, and stands in another home: nothing tells that from here.
            shared.end(
                    transaction,
                    grounds.organization(),
                    subject.id(),
                    new Actor.TicketHolder(grounds.ticket()),
                    "set-up-again",
                    now);
        } else {
            insert(transaction, subject, grounds, now);
        }
        transaction.update(
                "UPDATE device_label SET device_id = ?, promised_to = NULL,"
                        + " promised_until_us = NULL WHERE organization_id = ? AND serial = ?",
                subject.id(),
                grounds.organization(),
                subject.serial());
        // Whoever can be set up has been wiped: that is how a device gets there.
        transaction.update(
                "UPDATE device_disposal SET wiped_us = ? WHERE organization_id = ?"
                        + " AND serial = ? AND wiped_us IS NULL",
                now,
                grounds.organization(),
                subject.serial());
        append(transaction, issued, subject, grounds, generation);
        return new Registered(grounds.organization(), generation, grounds.assurance());
    }

    /** When the certificate is stored, which the ticket's row refers to. */
    void finish(
            Transaction transaction, IssuedCertificate issued, CertificateSubject.Device subject)
            throws SQLException {
        transaction.update(
                "UPDATE setup_ticket SET fingerprint = ? WHERE device_id = ? AND key_sha256 = ?",
                issued.fingerprint(),
                subject.id(),
                issued.reservation().key());
    }

    private static Grounds grounds(
            Transaction transaction, IssuedCertificate issued, CertificateSubject.Device subject)
            throws SQLException {
        return transaction
                .one(
                        "SELECT t.ticket_id, t.organization_id, t.member_id, l.product_id,"
                                + " l.assurance FROM setup_ticket t JOIN device_label l"
                                + " ON l.organization_id = t.organization_id"
                                + " AND l.serial = t.serial"
                                + " AND l.setup_key_sha256 = t.setup_key_sha256"
                                + " JOIN member m ON m.member_id = t.member_id"
                                + " WHERE t.device_id = ? AND t.key_sha256 = ?"
                                + " AND t.fingerprint IS NULL AND m.disabled_us IS NULL"
                                + " ORDER BY t.ticket_id DESC LIMIT 1",
                        row ->
                                new Grounds(
                                        row.text("ticket_id"),
                                        new OrganizationId(row.uuid("organization_id")),
                                        row.text("member_id"),
                                        row.text("product_id"),
                                        Assurance.valueOf(row.text("assurance"))),
                        subject.id(),
                        issued.reservation().key())
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "no ticket for device "
                                                + subject.id()
                                                + " waits for a certificate"));
    }

    private static void insert(
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
        transaction.update(
                "INSERT INTO device_owner (organization_id, device_id, member_id, since_us)"
                        + " VALUES (?, ?, ?, ?)",
                grounds.organization(),
                subject.id(),
                grounds.member(),
                now);
    }

    private static int next(
            Transaction transaction, CertificateSubject.Device subject, Grounds grounds)
            throws SQLException {
        return Math.toIntExact(
                1
                        + transaction.count(
                                "SELECT max(generation) FROM device_proof JOIN device"
                                        + " USING (device_id)"
                                        + " WHERE organization_id = ? AND device_id = ?",
                                grounds.organization(),
                                subject.id()));
    }

    private static void requireTheirs(
            Transaction transaction,
            CertificateSubject.Device subject,
            Grounds grounds,
            String status)
            throws SQLException {
        long theirs =
                transaction.count(
                        "SELECT count(*) FROM device_owner WHERE organization_id = ?"
                                + " AND device_id = ? AND member_id = ?",
                        grounds.organization(),
                        subject.id(),
                        grounds.member());
        if (theirs == 0 || !status.equals(DeviceStatus.ACTIVE.name())) {
            throw new IllegalStateException(
                    "device " + subject.id() + " is not active or its owner's any more");
        }
    }

    private void append(
            Transaction transaction,
            IssuedCertificate issued,
            CertificateSubject.Device subject,
            Grounds grounds,
            int generation)
            throws SQLException {
        AuditAction action =
                generation == 1 ? AuditAction.DEVICE_ENROLLED : AuditAction.DEVICE_SET_UP_AGAIN;
        audit.append(
                transaction,
                AuditEvent.of(
                        grounds.organization(),
                        new Actor.TicketHolder(grounds.ticket()),
                        action,
                        "device:" + subject.id(),
                        Map.of(
                                "serial", subject.serial().text(),
                                "product", grounds.product(),
                                "owner", grounds.member(),
                                "assurance", grounds.assurance().code(),
                                "generation", Integer.toString(generation),
                                "certificate", issued.serial().hex(),
                                "fingerprint", issued.fingerprint().hex())));
    }
}
