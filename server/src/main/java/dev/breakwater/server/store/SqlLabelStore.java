/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.label.DeviceLabel;
import dev.breakwater.server.label.DeviceLabelId;
import dev.breakwater.server.label.LabelStore;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Labels as one row each. */
public final class SqlLabelStore implements LabelStore {

    private static final String LABELS = "SELECT * FROM device_label WHERE organization_id = ?";

    private final Database database;
    private final SqlAuditLog audit;

    /** The labels within this database. */
    public SqlLabelStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Entry enter(
            OrganizationId organization,
            List<DeviceLabel> labels,
            int labelsMax,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    List<DeviceLabel> standing = new ArrayList<>();
                    List<DeviceLabel> fresh = new ArrayList<>();
                    for (DeviceLabel label : labels) {
                        Optional<DeviceLabel> before =
                                ofSerial(transaction, organization, label.serial());
                        if (before.isPresent() && !isSame(before.get(), label)) {
                            return new Entry.Taken(label.serial());
                        }
                        if (before.isEmpty() && isTaken(transaction, organization, label, fresh)) {
                            return new Entry.Taken(label.serial());
                        }
                        if (before.isEmpty()) {
                            fresh.add(label);
                        }
                        standing.add(before.orElse(label));
                    }
                    long already =
                            transaction.count(
                                    "SELECT count(*) FROM device_label WHERE organization_id = ?",
                                    organization);
                    if (already + fresh.size() > labelsMax) {
                        return new Entry.TooMany(labelsMax);
                    }
                    for (DeviceLabel label : fresh) {
                        insert(transaction, label);
                    }
                    if (!fresh.isEmpty()) {
                        audit.append(transaction, event);
                    }
                    return new Entry.Entered(standing);
                });
    }

    private static boolean isSame(DeviceLabel before, DeviceLabel label) {
        return before.product().equals(label.product())
                && before.key().equals(label.key())
                && before.assurance() == label.assurance();
    }

    /** Whether another label has the key, or one of those that come with it has serial or key. */
    private static boolean isTaken(
            Transaction transaction,
            OrganizationId organization,
            DeviceLabel label,
            List<DeviceLabel> fresh)
            throws SQLException {
        boolean twice =
                fresh.stream()
                        .anyMatch(
                                other ->
                                        other.serial().equals(label.serial())
                                                || other.key().equals(label.key()));
        return twice
                || transaction.count(
                                "SELECT count(*) FROM device_label WHERE organization_id = ?"
                                        + " AND setup_key_sha256 = ?",
                                organization,
                                label.key().hex())
                        > 0;
    }

    private static void insert(Transaction transaction, DeviceLabel label) throws SQLException {
        transaction.update(
                "INSERT INTO device_label (label_id, organization_id, product_id, serial,"
                        + " setup_key_sha256, assurance, entered_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
                label.id(),
                label.organization(),
                label.product(),
                label.serial(),
                label.key().hex(),
                label.assurance().name(),
                label.enteredAt());
    }

    @Override
    public Optional<DeviceLabel> label(OrganizationId organization, DeviceLabelId id) {
        return database.read(statements -> byId(statements, organization, id));
    }

    @Override
    public Optional<DeviceLabel> label(OrganizationId organization, DeviceSerial serial) {
        return database.read(statements -> ofSerial(statements, organization, serial));
    }

    @Override
    public List<DeviceLabel> labels(
            OrganizationId organization, Optional<DeviceLabelId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                LABELS + " AND label_id > ? ORDER BY label_id LIMIT ?",
                                SqlLabelStore::label,
                                organization,
                                after.map(DeviceLabelId::toString).orElse(""),
                                countMax));
    }

    @Override
    public Withdrawal withdraw(
            OrganizationId organization, DeviceLabelId id, Instant at, AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<DeviceLabel> label = byId(transaction, organization, id);
                    if (label.isEmpty()) {
                        return Withdrawal.NO_SUCH_LABEL;
                    }
                    int deleted =
                            transaction.update(
                                    "DELETE FROM device_label WHERE organization_id = ?"
                                            + " AND label_id = ? AND (promised_until_us IS NULL"
                                            + " OR promised_until_us <= ?)"
                                            + " AND NOT EXISTS (SELECT 1 FROM device"
                                            + " WHERE device.device_id = device_label.device_id"
                                            + " AND device.status <> 'REVOKED')",
                                    organization,
                                    id,
                                    at);
                    if (deleted == 0) {
                        return Withdrawal.IN_USE;
                    }
                    audit.append(transaction, event);
                    return Withdrawal.WITHDRAWN;
                });
    }

    private static Optional<DeviceLabel> byId(
            Statements statements, OrganizationId organization, DeviceLabelId id)
            throws SQLException {
        return statements.one(LABELS + " AND label_id = ?", SqlLabelStore::label, organization, id);
    }

    private static Optional<DeviceLabel> ofSerial(
            Statements statements, OrganizationId organization, DeviceSerial serial)
            throws SQLException {
        return statements.one(
                LABELS + " AND serial = ?", SqlLabelStore::label, organization, serial);
    }

    private static DeviceLabel label(Row row) throws SQLException {
        return new DeviceLabel(
                new DeviceLabelId(row.uuid("label_id")),
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                new DeviceSerial(row.text("serial")),
                SetupKeyHash.ofHex(row.text("setup_key_sha256")),
                Assurance.valueOf(row.text("assurance")),
                row.instant("entered_us"),
                row.optionalText("device_id").map(UUID::fromString).map(DeviceId::new));
    }
}
