/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.ownership.GivenAway;
import dev.breakwater.server.ownership.ReceiptStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Receipts beside the disposals that they are of. */
public final class SqlReceiptStore implements ReceiptStore {

    private final Database database;
    private final SqlAuditLog audit;

    /** The receipts within this database. */
    public SqlReceiptStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    @Unscoped("a device without an owner shows whose it was by its receipt's signature alone")
    public Optional<Ordered> ordered(DeviceId device) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT organization_id, serial, setup_key_sha256"
                                        + " FROM device_disposal"
                                        + " WHERE device_id = ? AND done_us IS NOT NULL",
                                row ->
                                        new Ordered(
                                                new OrganizationId(row.uuid("organization_id")),
                                                new DeviceSerial(row.text("serial")),
                                                row.optionalText("setup_key_sha256")
                                                        .map(SetupKeyHash::ofHex)),
                                device));
    }

    @Override
    public void erased(
            OrganizationId organization,
            DeviceId device,
            Instant at,
            String receipt,
            AuditEvent event) {
        database.write(
                transaction -> {
                    int kept =
                            transaction.update(
                                    "UPDATE device_disposal SET erased_us = ?, receipt = ?,"
                                            + " wiped_us = coalesce(wiped_us, ?)"
                                            + " WHERE organization_id = ? AND device_id = ?"
                                            + " AND done_us IS NOT NULL AND erased_us IS NULL",
                                    at,
                                    receipt,
                                    at,
                                    organization,
                                    device);
                    if (kept == 1) {
                        audit.append(transaction, event);
                    }
                    return kept;
                });
    }

    @Override
    public List<GivenAway> givenAway(
            OrganizationId organization, MemberId member, Optional<DeviceId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM device_disposal WHERE organization_id = ?"
                                        + " AND member_id = ? AND device_id > ?"
                                        + " ORDER BY device_id LIMIT ?",
                                row ->
                                        new GivenAway(
                                                new DeviceId(row.uuid("device_id")),
                                                new DeviceSerial(row.text("serial")),
                                                row.instant("ordered_us"),
                                                row.optionalInstant("erased_us"),
                                                row.optionalInstant("wiped_us"),
                                                row.optionalText("setup_key_sha256").isPresent()),
                                organization,
                                member,
                                after.map(DeviceId::toString).orElse(""),
                                countMax));
    }
}
