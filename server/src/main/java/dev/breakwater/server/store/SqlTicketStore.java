/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.ticket.SetupTicket;
import dev.breakwater.server.ticket.TicketStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Tickets as one row each, and what they are judged by. */
public final class SqlTicketStore implements TicketStore {

    /** The time within which a member's tickets are counted; rows stay for as long. */
    private static final Duration WINDOW = Duration.ofHours(1);

    private final Database database;
    private final SqlAuditLog audit;

    /** The tickets within this database. */
    public SqlTicketStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Granting grant(SetupTicket ticket, int perHourMax, AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Label> label = label(transaction, ticket);
                    if (label.isEmpty()) {
                        return new Granting.NoSuchLabel();
                    }
                    Optional<Device> holder = holder(transaction, ticket);
                    if (holder.isPresent() && !isTheirs(transaction, holder.get(), ticket)) {
                        return hasOwner(transaction, holder.get())
                                ? new Granting.OwnedByAnother()
                                : new Granting.InUse();
                    }
                    if (label.get().isPromisedToAnother(ticket, ticket.grantedAt())
                            || label.get().isStolenFromAnother(ticket)) {
                        return new Granting.OwnedByAnother();
                    }
                    if (label.get().stolenFrom().isPresent()) {
                        return new Granting.InUse();
                    }
                    Instant windowBegan = ticket.grantedAt().minus(WINDOW);
                    long granted =
                            transaction.count(
                                    "SELECT count(*) FROM setup_ticket WHERE organization_id = ?"
                                            + " AND member_id = ? AND granted_us > ?",
                                    ticket.organization(),
                                    ticket.member(),
                                    windowBegan);
                    if (granted >= perHourMax) {
                        return new Granting.TooMany(perHourMax);
                    }
                    insert(transaction, ticket, windowBegan);
                    audit.append(transaction, event);
                    return new Granting.Granted();
                });
    }

    /**
     * What has expired goes, but for tickets that were bound and led to nothing: their key belongs
     * to the device id that was chosen then.
     */
    private static void insert(Transaction transaction, SetupTicket ticket, Instant windowBegan)
            throws SQLException {
        transaction.update(
                "DELETE FROM setup_ticket WHERE organization_id = ? AND expires_us <= ?"
                        + " AND (used_us IS NULL OR fingerprint IS NOT NULL)",
                ticket.organization(),
                windowBegan);
        transaction.update(
                "INSERT INTO setup_ticket (ticket_id, organization_id, member_id, serial,"
                        + " setup_key_sha256, granted_us, expires_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
                ticket.id(),
                ticket.organization(),
                ticket.member(),
                ticket.serial(),
                ticket.key().hex(),
                ticket.grantedAt(),
                ticket.expiresAt());
    }

    @Override
    public Prospect look(SetupTicket ticket, KeyFingerprint key, Instant now) {
        return database.read(statements -> judge(statements, ticket, key, DeviceId.fresh(), now));
    }

    @Override
    public Prospect bind(
            SetupTicket ticket,
            KeyFingerprint key,
            DeviceId device,
            Instant now,
            String source,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Prospect prospect = judge(transaction, ticket, key, device, now);
                    if (!(prospect instanceof Prospect.Open open)) {
                        return prospect;
                    }
                    if (!open.device().equals(device)) {
                        // Another request was faster, and has another subject in its certificate.
                        return new Prospect.Barred(RefusalReason.TICKET_USED);
                    }
                    int bound =
                            transaction.update(
                                    "UPDATE setup_ticket SET used_us = ?, used_from = ?,"
                                            + " key_sha256 = ?, device_id = ?"
                                            + " WHERE organization_id = ? AND ticket_id = ?"
                                            + " AND used_us IS NULL",
                                    now,
                                    source,
                                    key,
                                    device,
                                    ticket.organization(),
                                    ticket.id());
                    if (bound == 1) {
                        audit.append(transaction, event);
                    }
                    return open;
                });
    }

    /** Everything that speaks for or against a ticket, in one place for looking and for binding. */
    private static Prospect judge(
            Statements statements,
            SetupTicket ticket,
            KeyFingerprint key,
            DeviceId fresh,
            Instant now)
            throws SQLException {
        Optional<Use> use = use(statements, ticket);
        if (use.isEmpty() || use.get().isByAnother(key)) {
            return new Prospect.Barred(RefusalReason.TICKET_USED);
        }
        Optional<Label> label = label(statements, ticket);
        if (label.isEmpty()) {
            return new Prospect.Barred(RefusalReason.TICKET_LABEL_UNKNOWN);
        }
        if (!mayLogIn(statements, ticket)) {
            return new Prospect.Barred(RefusalReason.TICKET_MEMBER_GONE);
        }
        Optional<Device> holder = holder(statements, ticket);
        if (holder.isPresent()) {
            return ofDevice(statements, ticket, key, label.get(), holder.get());
        }
        if (label.get().isPromisedToAnother(ticket, now)
                || label.get().isStolenFromAnother(ticket)) {
            return new Prospect.Barred(RefusalReason.TICKET_OWNED_BY_ANOTHER);
        }
        if (label.get().stolenFrom().isPresent()) {
            return new Prospect.Barred(RefusalReason.TICKET_DEVICE_BARRED);
        }
        if (use.get().certificate().isPresent()) {
            // It led to a device that its owner has given away since.
            return new Prospect.Barred(RefusalReason.TICKET_USED);
        }
        DeviceId device = begun(statements, ticket, key).orElse(fresh);
        return new Prospect.Open(device, label.get().product(), label.get().assurance());
    }

    /** The device is in use: only its owner sets it up again, and only while it is in order. */
    private static Prospect ofDevice(
            Statements statements,
            SetupTicket ticket,
            KeyFingerprint key,
            Label label,
            Device holder)
            throws SQLException {
        if (!isTheirs(statements, holder, ticket)) {
            return new Prospect.Barred(
                    hasOwner(statements, holder)
                            ? RefusalReason.TICKET_OWNED_BY_ANOTHER
                            : RefusalReason.ENROLLMENT_SERIAL_TAKEN);
        }
        switch (holder.status()) {
            case SUSPENDED, QUARANTINED, REVOKED -> {
                return new Prospect.Barred(RefusalReason.TICKET_DEVICE_BARRED);
            }
            case ACTIVE -> {}
        }
        Optional<CredentialFingerprint> issued =
                statements.one(
                        "SELECT fingerprint FROM credential WHERE device_id = ?"
                                + " AND key_sha256 = ? AND status = 'ACTIVE'"
                                + " ORDER BY generation DESC LIMIT 1",
                        row -> new CredentialFingerprint(row.text("fingerprint")),
                        holder.id(),
                        key);
        return issued.<Prospect>map(Prospect.Issued::new)
                .orElseGet(
                        () -> new Prospect.Open(holder.id(), label.product(), label.assurance()));
    }

    private record Use(Optional<KeyFingerprint> key, Optional<CredentialFingerprint> certificate) {

        boolean isByAnother(KeyFingerprint other) {
            return key.isPresent() && !key.get().equals(other);
        }
    }

    private static Optional<Use> use(Statements statements, SetupTicket ticket)
            throws SQLException {
        return statements.one(
                "SELECT key_sha256, fingerprint FROM setup_ticket WHERE organization_id = ?"
                        + " AND ticket_id = ? AND member_id = ? AND serial = ?"
                        + " AND setup_key_sha256 = ?",
                row ->
                        new Use(
                                row.optionalText("key_sha256").map(KeyFingerprint::new),
                                row.optionalText("fingerprint").map(CredentialFingerprint::new)),
                ticket.organization(),
                ticket.id(),
                ticket.member(),
                ticket.serial(),
                ticket.key().hex());
    }

    private record Label(
            ProductId product,
            Assurance assurance,
            Optional<String> promisedTo,
            Optional<Instant> promisedUntil,
            Optional<String> stolenFrom) {

        /** A report outlives the device's revocation: what was stolen is not set up as new. */
        boolean isStolenFromAnother(SetupTicket ticket) {
            return stolenFrom
                    .filter(owner -> !owner.equals(ticket.member().toString()))
                    .isPresent();
        }

        boolean isPromisedToAnother(SetupTicket ticket, Instant now) {
            return promisedTo.isPresent()
                    && !promisedTo.get().equals(ticket.member().toString())
                    && promisedUntil.filter(now::isBefore).isPresent();
        }
    }

    private static Optional<Label> label(Statements statements, SetupTicket ticket)
            throws SQLException {
        return statements.one(
                "SELECT device_label.*, device_theft.member_id AS stolen_from FROM device_label"
                        + " LEFT JOIN device_theft"
                        + " ON device_theft.device_id = device_label.device_id"
                        + " WHERE device_label.organization_id = ? AND serial = ?"
                        + " AND setup_key_sha256 = ?",
                row ->
                        new Label(
                                new ProductId(row.uuid("product_id")),
                                Assurance.valueOf(row.text("assurance")),
                                row.optionalText("promised_to"),
                                row.optionalInstant("promised_until_us"),
                                row.optionalText("stolen_from")),
                ticket.organization(),
                ticket.serial(),
                ticket.key().hex());
    }

    private static boolean mayLogIn(Statements statements, SetupTicket ticket) throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM member JOIN organization USING (organization_id)"
                                + " WHERE organization_id = ? AND member_id = ?"
                                + " AND disabled_us IS NULL AND enabled = 1",
                        ticket.organization(),
                        ticket.member())
                > 0;
    }

    private static Optional<Device> holder(Statements statements, SetupTicket ticket)
            throws SQLException {
        return statements.one(
                "SELECT * FROM device WHERE organization_id = ? AND serial = ?"
                        + " AND status <> 'REVOKED'",
                SqlDeviceStore::device,
                ticket.organization(),
                ticket.serial());
    }

    private static boolean isTheirs(Statements statements, Device device, SetupTicket ticket)
            throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM device_owner WHERE organization_id = ?"
                                + " AND device_id = ? AND member_id = ?",
                        ticket.organization(),
                        device.id(),
                        ticket.member())
                > 0;
    }

    private static boolean hasOwner(Statements statements, Device device) throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM device_owner WHERE organization_id = ?"
                                + " AND device_id = ?",
                        device.organization(),
                        device.id())
                > 0;
    }

    /** The id under which this key began to enroll before, without a device having come of it. */
    private static Optional<DeviceId> begun(
            Statements statements, SetupTicket ticket, KeyFingerprint key) throws SQLException {
        return statements.one(
                "SELECT device_id FROM setup_ticket WHERE organization_id = ? AND serial = ?"
                        + " AND key_sha256 = ? AND NOT EXISTS (SELECT 1 FROM device"
                        + " WHERE device.device_id = setup_ticket.device_id)"
                        + " ORDER BY ticket_id DESC LIMIT 1",
                row -> new DeviceId(UUID.fromString(row.text("device_id"))),
                ticket.organization(),
                ticket.serial(),
                key);
    }
}
