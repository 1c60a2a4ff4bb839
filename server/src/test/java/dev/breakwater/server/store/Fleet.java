/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.TestClock;
import java.time.Instant;
import java.util.List;

/** A fresh organization with a product and devices, in a database that may hold others too. */
final class Fleet {

    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    final Database database;
    final TestClock clock = TestClock.at(NOON);
    final SqlAuditLog audit;
    final OrganizationId organization = OrganizationId.fresh();
    final AuthenticatedDevice tank;
    private final ProductId product = ProductId.fresh();

    Fleet(Database database) {
        this.database = database;
        this.audit = new SqlAuditLog(database, clock);
        database.write(
                transaction ->
                        transaction.update(
                                "INSERT INTO organization (organization_id, name, enabled, created_us)"
                                        + " VALUES (?, ?, ?, ?)",
                                organization,
                                "Tanks " + organization,
                                true,
                                NOON));
        database.write(
                transaction ->
                        transaction.update(
                                "INSERT INTO product (product_id, organization_id, name, created_us)"
                                        + " VALUES (?, ?, ?, ?)",
                                product,
                                organization,
                                "Tank",
                                NOON));
        this.tank = addDevice();
    }

    static Database open(DatabaseLocation location) {
        return Database.open(location, Limits.defaults());
    }

    AuthenticatedDevice addDevice() {
        DeviceId id = DeviceId.fresh();
        database.write(
                transaction ->
                        transaction.update(
                                "INSERT INTO device (device_id, organization_id, product_id, serial,"
                                        + " status, status_reason, status_changed_us,"
                                        + " confirmed_generation, created_us, version)"
                                        + " VALUES (?, ?, ?, ?, ?, '', ?, 1, ?, 1)",
                                id,
                                organization,
                                product,
                                id.toString(),
                                DeviceStatus.ACTIVE,
                                NOON,
                                NOON));
        return ProvenDevices.of(organization, id);
    }

    /** The actions in the organization's audit log, oldest first. */
    List<String> audited() {
        return audit.entries(organization, Long.MAX_VALUE, 1_000).reversed().stream()
                .map(AuditEntry::action)
                .toList();
    }
}
