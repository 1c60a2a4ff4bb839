/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.Access;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.OwnerStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ownership as one row for each owner of a device. */
public final class SqlOwnerStore implements OwnerStore {

    private static final String ONE =
            " WHERE organization_id = ? AND device_id = ? AND member_id = ?";

    private final Database database;
    private final SqlAuditLog audit;
    private final SharedRows shared;

    /** The ownership within this database. */
    public SqlOwnerStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
        this.shared = new SharedRows(audit);
    }

    @Override
    public Access access(
            OrganizationId organization, MemberId member, DeviceId device, Instant at) {
        return database.read(
                statements -> {
                    long owned =
                            statements.count(
                                    "SELECT count(*) FROM device_owner" + ONE,
                                    organization,
                                    device,
                                    member);
                    return owned > 0
                            ? new Access.Owner()
                            : SharedRows.right(statements, organization, member, device, at)
                                    .<Access>map(Access.Shared::new)
                                    .orElseGet(Access.None::new);
                });
    }

    @Override
    public List<DeviceOwner> owners(OrganizationId organization, DeviceId device, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM device_owner"
                                        + " WHERE organization_id = ? AND device_id = ?"
                                        + " ORDER BY since_us, member_id LIMIT ?",
                                SqlOwnerStore::owner,
                                organization,
                                device,
                                countMax));
    }

    @Override
    public Entry enter(
            OrganizationId organization, DeviceOwner owner, int ownersMax, AuditEvent event) {
        return database.write(
                transaction -> {
                    if (!bothExist(transaction, organization, owner)) {
                        return new Entry.NoSuch();
                    }
                    Optional<DeviceOwner> before =
                            transaction.one(
                                    "SELECT * FROM device_owner" + ONE,
                                    SqlOwnerStore::owner,
                                    organization,
                                    owner.device(),
                                    owner.member());
                    if (before.isPresent()) {
                        return new Entry.Entered(before.get());
                    }
                    long owners =
                            transaction.count(
                                    "SELECT count(*) FROM device_owner WHERE device_id = ?",
                                    owner.device());
                    if (owners >= ownersMax) {
                        return new Entry.TooMany(ownersMax);
                    }
                    transaction.update(
                            "INSERT INTO device_owner"
                                    + " (organization_id, device_id, member_id, since_us)"
                                    + " VALUES (?, ?, ?, ?)",
                            organization,
                            owner.device(),
                            owner.member(),
                            owner.since());
                    audit.append(transaction, event);
                    return new Entry.Entered(owner);
                });
    }

    private static boolean bothExist(
            Transaction transaction, OrganizationId organization, DeviceOwner owner)
            throws SQLException {
        return transaction.count(
                        "SELECT count(*) FROM device d JOIN member m"
                                + " ON m.organization_id = d.organization_id"
                                + " WHERE d.organization_id = ? AND d.device_id = ?"
                                + " AND m.member_id = ?",
                        organization,
                        owner.device(),
                        owner.member())
                > 0;
    }

    @Override
    public boolean remove(OrganizationId organization, DeviceOwner owner, AuditEvent event) {
        return database.write(
                transaction -> {
                    int removed =
                            transaction.update(
                                    "DELETE FROM device_owner" + ONE,
                                    organization,
                                    owner.device(),
                                    owner.member());
                    if (removed == 0) {
                        return false;
                    }
                    audit.append(transaction, event);
                    shared.endOf(transaction, organization, owner, event.actor());
                    return true;
                });
    }

    private static DeviceOwner owner(Row row) throws SQLException {
        return new DeviceOwner(
                new DeviceId(row.uuid("device_id")),
                new MemberId(row.uuid("member_id")),
                row.instant("since_us"));
    }
}
