/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.twin.StateDocument;
import dev.breakwater.server.twin.Twin;
import dev.breakwater.server.twin.TwinChange;
import dev.breakwater.server.twin.TwinEdit;
import dev.breakwater.server.twin.TwinStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Twins as one row each, read and written as a whole. */
public final class SqlTwinStore implements TwinStore {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Database database;
    private final SqlAuditLog audit;

    /** The twins within this database. */
    public SqlTwinStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Optional<Twin> find(OrganizationId organization, DeviceId device) {
        return database.read(statements -> find(statements, organization, device));
    }

    @Override
    public TwinChange change(OrganizationId organization, DeviceId device, TwinEdit edit) {
        return database.write(transaction -> change(transaction, organization, device, edit));
    }

    @Override
    public void submit(
            OrganizationId organization,
            DeviceId device,
            TwinEdit edit,
            Completion<? super TwinChange> completion) {
        database.submit(transaction -> change(transaction, organization, device, edit), completion);
    }

    private TwinChange change(
            Transaction transaction, OrganizationId organization, DeviceId device, TwinEdit edit)
            throws SQLException {
        Optional<Twin> before = find(transaction, organization, device);
        if (before.isEmpty()) {
            return new TwinChange.NoSuchDevice();
        }
        TwinChange change = edit.decide(before.get());
        if (change instanceof TwinChange.Changed(Twin after)) {
            save(transaction, device, after);
            Optional<AuditEvent> event = edit.event(after);
            if (event.isPresent()) {
                audit.append(transaction, event.get());
            }
        }
        return change;
    }

    private static Optional<Twin> find(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.one(
                "SELECT t.* FROM device d LEFT JOIN twin t ON t.device_id = d.device_id"
                        + " WHERE d.organization_id = ? AND d.device_id = ?",
                SqlTwinStore::twin,
                organization,
                device);
    }

    private static void save(Transaction transaction, DeviceId device, Twin twin)
            throws SQLException {
        StateDocument reported = twin.reported();
        StateDocument desired = twin.desired();
        transaction.update(
                "INSERT INTO twin (device_id, reported, reported_version, reported_us,"
                        + " desired, desired_version, desired_us) VALUES (?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (device_id) DO UPDATE SET reported = excluded.reported,"
                        + " reported_version = excluded.reported_version,"
                        + " reported_us = excluded.reported_us, desired = excluded.desired,"
                        + " desired_version = excluded.desired_version,"
                        + " desired_us = excluded.desired_us",
                device,
                JSON.writeValueAsString(reported.state()),
                reported.version(),
                reported.changedAt().orElse(null),
                JSON.writeValueAsString(desired.state()),
                desired.version(),
                desired.changedAt().orElse(null));
    }

    private static Twin twin(Row row) throws SQLException {
        if (row.optionalText("device_id").isEmpty()) {
            return Twin.UNTOUCHED;
        }
        return new Twin(
                document(
                        row.number("reported_version"),
                        row.text("reported"),
                        row.optionalInstant("reported_us")),
                document(
                        row.number("desired_version"),
                        row.text("desired"),
                        row.optionalInstant("desired_us")));
    }

    private static StateDocument document(long version, String json, Optional<Instant> changedAt) {
        return new StateDocument(version, (ObjectNode) JSON.readTree(json), changedAt);
    }
}
