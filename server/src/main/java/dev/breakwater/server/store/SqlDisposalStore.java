/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.ownership.DeviceStanding;
import dev.breakwater.server.ownership.Disposal;
import dev.breakwater.server.ownership.DisposalStore;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What owners do with their devices, as tables; and what ends with a device that is given away. */
public final class SqlDisposalStore implements DisposalStore, RevocationConsequence {

    /** Makers that have entered the very same label: more than one is an error or a fraud. */
    private static final int LABELS_MAX = 16;

    private static final String OF_DEVICE = " WHERE organization_id = ? AND device_id = ?";

    private final Database database;
    private final SqlAuditLog audit;
    private final Clock clock;
    private final DisposedRows disposed;
    private final SharedRows shared;

    /** The disposals within this database. */
    public SqlDisposalStore(Database database, SqlAuditLog audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.disposed = new DisposedRows(audit);
        this.shared = new SharedRows(audit);
    }

    @Override
    public Begun begin(OrganizationId organization, DeviceId device, MemberId owner, Instant at) {
        return database.write(
                transaction -> {
                    Optional<MemberId> first = firstOwner(transaction, organization, device);
                    if (!owns(transaction, organization, device, owner)) {
                        return new Begun.NoSuch();
                    }
                    if (!first.equals(Optional.of(owner))) {
                        return new Begun.NotFirstOwner();
                    }
                    if (isStolen(transaction, organization, device)) {
                        return new Begun.Stolen();
                    }
                    Disposal disposal =
                            new Disposal(
                                    organization,
                                    device,
                                    serial(transaction, organization, device),
                                    owner,
                                    Optional.empty(),
                                    at);
                    insert(transaction, disposal);
                    return new Begun.Noted(disposal);
                });
    }

    private record Transfer(DeviceId device, MemberId from) {}

    @Override
    public Begun take(
            OrganizationId organization,
            SecretDigest code,
            MemberId taker,
            Instant at,
            Instant until) {
        return database.write(
                transaction -> {
                    Optional<Transfer> found =
                            transaction.one(
                                    "SELECT device_id, member_id FROM device_transfer"
                                            + " WHERE organization_id = ? AND code_sha256 = ?"
                                            + " AND expires_us > ?",
                                    row ->
                                            new Transfer(
                                                    new DeviceId(row.uuid("device_id")),
                                                    new MemberId(row.uuid("member_id"))),
                                    organization,
                                    code,
                                    at);
                    if (found.isEmpty()) {
                        return new Begun.NoSuch();
                    }
                    Transfer transfer = found.get();
                    if (transfer.from().equals(taker)) {
                        return new Begun.OwnDevice();
                    }
                    if (isStolen(transaction, organization, transfer.device())) {
                        return new Begun.Stolen();
                    }
                    Optional<MemberId> first =
                            firstOwner(transaction, organization, transfer.device());
                    if (!first.equals(Optional.of(transfer.from()))) {
                        return new Begun.NoSuch();
                    }
                    Disposal disposal =
                            new Disposal(
                                    organization,
                                    transfer.device(),
                                    serial(transaction, organization, transfer.device()),
                                    transfer.from(),
                                    Optional.of(new Disposal.Promise(taker, until)),
                                    at);
                    insert(transaction, disposal);
                    transaction.update(
                            "DELETE FROM device_transfer" + OF_DEVICE,
                            organization,
                            transfer.device());
                    return new Begun.Noted(disposal);
                });
    }

    private void insert(Transaction transaction, Disposal disposal) throws SQLException {
        shared.end(
                transaction,
                disposal.organization(),
                disposal.device(),
                person(disposal.from()),
                "given-away",
                disposal.orderedAt());
        transaction.update(
                "INSERT INTO device_disposal (device_id, organization_id, serial, member_id,"
                        + " promised_to, promised_until_us, ordered_us, setup_key_sha256)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT setup_key_sha256"
                        + " FROM device_label WHERE organization_id = ? AND serial = ?))"
                        + " ON CONFLICT (device_id) DO NOTHING",
                disposal.device(),
                disposal.organization(),
                disposal.serial(),
                disposal.from(),
                disposal.promise().map(Disposal.Promise::to).orElse(null),
                disposal.promise().map(Disposal.Promise::until).orElse(null),
                disposal.orderedAt(),
                disposal.organization(),
                disposal.serial());
    }

    @Override
    public void finish(OrganizationId organization, DeviceId device) {
        database.write(
                transaction -> {
                    disposed.delete(transaction, organization, device, clock.instant());
                    return device;
                });
    }

    @Override
    public void deviceRevoked(Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        disposed.delete(transaction, organization, device, clock.instant());
        shared.end(
                transaction, organization, device, new Actor.Server(), "revoked", clock.instant());
    }

    @Override
    @Unscoped("the server ends what it began for all organizations")
    public List<Disposal> unfinished(int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM device_disposal WHERE done_us IS NULL"
                                        + " ORDER BY ordered_us LIMIT ?",
                                DisposedRows::disposal,
                                countMax));
    }

    @Override
    public boolean awaitsWipe(OrganizationId organization, DeviceId device) {
        return database.read(
                statements ->
                        statements.count(
                                        "SELECT count(*) FROM device_disposal"
                                                + OF_DEVICE
                                                + " AND done_us IS NOT NULL AND wiped_us IS NULL",
                                        organization,
                                        device)
                                > 0);
    }

    @Override
    public Opened openTransfer(
            OrganizationId organization,
            DeviceId device,
            MemberId owner,
            SecretDigest code,
            Instant at,
            Instant expiresAt,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    if (!owns(transaction, organization, device, owner)) {
                        return Opened.NOT_THEIRS;
                    }
                    if (!firstOwner(transaction, organization, device).equals(Optional.of(owner))) {
                        return Opened.NOT_FIRST_OWNER;
                    }
                    if (isStolen(transaction, organization, device)) {
                        return Opened.STOLEN;
                    }
                    transaction.update(
                            "DELETE FROM device_transfer WHERE organization_id = ?"
                                    + " AND (device_id = ? OR expires_us <= ?)",
                            organization,
                            device,
                            at);
                    transaction.update(
                            "INSERT INTO device_transfer (device_id, organization_id, member_id,"
                                    + " code_sha256, created_us, expires_us)"
                                    + " VALUES (?, ?, ?, ?, ?, ?)",
                            device,
                            organization,
                            owner,
                            code,
                            at,
                            expiresAt);
                    audit.append(transaction, event);
                    return Opened.OPENED;
                });
    }

    @Override
    public boolean withdrawTransfer(
            OrganizationId organization, DeviceId device, MemberId owner, AuditEvent event) {
        return database.write(
                transaction ->
                        appended(
                                transaction,
                                transaction.update(
                                        "DELETE FROM device_transfer"
                                                + OF_DEVICE
                                                + " AND member_id = ?",
                                        organization,
                                        device,
                                        owner),
                                event));
    }

    @Override
    public boolean owns(OrganizationId organization, DeviceId device, MemberId member) {
        return database.read(statements -> owns(statements, organization, device, member));
    }

    @Override
    public boolean report(
            OrganizationId organization,
            DeviceId device,
            MemberId owner,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    if (!owns(transaction, organization, device, owner)) {
                        return false;
                    }
                    int noted =
                            transaction.update(
                                    "INSERT INTO device_theft (device_id, organization_id,"
                                            + " member_id, reported_us) VALUES (?, ?, ?, ?)"
                                            + " ON CONFLICT (device_id) DO NOTHING",
                                    device,
                                    organization,
                                    owner,
                                    at);
                    // A code that was made before must not hand on what was stolen since.
                    transaction.update(
                            "DELETE FROM device_transfer" + OF_DEVICE, organization, device);
                    appended(transaction, noted, event);
                    shared.end(transaction, organization, device, person(owner), "stolen", at);
                    return true;
                });
    }

    @Override
    public boolean withdrawReport(OrganizationId organization, DeviceId device, AuditEvent event) {
        return database.write(
                transaction ->
                        appended(
                                transaction,
                                transaction.update(
                                        "DELETE FROM device_theft" + OF_DEVICE,
                                        organization,
                                        device),
                                event));
    }

    private static Actor person(MemberId member) {
        return new Actor.Person(member.toString());
    }

    private boolean appended(Transaction transaction, int changed, AuditEvent event)
            throws SQLException {
        if (changed == 0) {
            return false;
        }
        audit.append(transaction, event);
        return true;
    }

    /** The worst that any of the makers' labels says; only who proved the key has a device. */
    @Override
    @Unscoped("whoever has read the label belongs to no organization")
    public Optional<DeviceStanding> standing(DeviceSerial serial, SetupKeyHash key) {
        Instant now = clock.instant();
        return database
                .read(
                        statements ->
                                statements.list(
                                        "SELECT promised_until_us, device.status,"
                                                + " device_theft.reported_us FROM device_label"
                                                + " LEFT JOIN device"
                                                + " ON device.device_id = device_label.device_id"
                                                + " LEFT JOIN device_theft"
                                                + " ON device_theft.device_id = device_label.device_id"
                                                + " WHERE device_label.serial = ?"
                                                + " AND setup_key_sha256 = ? LIMIT ?",
                                        row -> standing(row, now),
                                        serial,
                                        key.hex(),
                                        LABELS_MAX))
                .stream()
                .max(Comparator.naturalOrder());
    }

    private static DeviceStanding standing(Row row, Instant now) throws SQLException {
        if (row.optionalInstant("reported_us").isPresent()) {
            return DeviceStanding.REPORTED_STOLEN;
        }
        boolean inUse =
                row.optionalText("status").filter(status -> !status.equals("REVOKED")).isPresent();
        boolean promised =
                row.optionalInstant("promised_until_us").filter(now::isBefore).isPresent();
        return inUse || promised ? DeviceStanding.OWNED : DeviceStanding.FREE;
    }

    private static boolean owns(
            Statements statements, OrganizationId organization, DeviceId device, MemberId member)
            throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM device_owner" + OF_DEVICE + " AND member_id = ?",
                        organization,
                        device,
                        member)
                > 0;
    }

    private static Optional<MemberId> firstOwner(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.one(
                "SELECT member_id FROM device_owner"
                        + OF_DEVICE
                        + " ORDER BY since_us, member_id LIMIT 1",
                row -> new MemberId(UUID.fromString(row.text("member_id"))),
                organization,
                device);
    }

    private static boolean isStolen(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM device_theft" + OF_DEVICE, organization, device)
                > 0;
    }

    private static DeviceSerial serial(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements
                .one(
                        "SELECT serial FROM device" + OF_DEVICE,
                        row -> new DeviceSerial(row.text("serial")),
                        organization,
                        device)
                .orElseThrow(() -> new IllegalStateException("an owned device is not there"));
    }
}
