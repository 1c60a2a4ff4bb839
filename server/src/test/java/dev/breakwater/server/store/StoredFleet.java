/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.tag.DeviceTags;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database with a fleet in it, which can be closed and opened again. */
public final class StoredFleet implements AutoCloseable {

    private static final Actor MAKER = new Actor.LocalOperator();

    private final DatabaseLocation location;
    private final Clock clock;
    private Database database;
    private SqlAuditLog audit;

    /** Opens it. */
    public StoredFleet(DatabaseLocation location, Clock clock) {
        this.location = location;
        this.clock = clock;
        this.database = Database.open(location, Limits.defaults());
        this.audit = new SqlAuditLog(database, clock);
    }

    /** Closes the database and opens it again. */
    public void reopen() {
        database.close();
        database = Database.open(location, Limits.defaults());
        audit = new SqlAuditLog(database, clock);
    }

    /** The database as it is open now. */
    public Database database() {
        return database;
    }

    /** Its log. */
    public SqlAuditLog audit() {
        return audit;
    }

    /** Its devices; revoking one takes it out of its rollout. */
    public SqlDeviceStore devices() {
        return new SqlDeviceStore(
                database, audit, clock, List.of(new SqlRolloutStore(database, audit, clock)));
    }

    /** Makes an organization. */
    public OrganizationId organization(String name) {
        OrganizationId id = OrganizationId.fresh();
        new SqlOrganizationStore(database, audit)
                .add(
                        new Organization(id, name, true, false, clock.instant(), 1),
                        event(id, AuditAction.ORGANIZATION_CREATED));
        return id;
    }

    /** Makes a product. */
    public ProductId product(OrganizationId organization, RiskProfile risk) {
        Product product =
                Product.named(ProductId.fresh(), organization, "tank", clock.instant()).of(risk);
        return devices()
                .addProduct(product, event(organization, AuditAction.PRODUCT_CREATED))
                .orElseThrow()
                .id();
    }

    /** Makes devices, in one transaction and without certificates. */
    public List<DeviceId> devices(
            OrganizationId organization, ProductId product, String prefix, int count) {
        return database.write(
                transaction ->
                        EnrolledDevices.withoutCertificates(
                                transaction,
                                organization,
                                product,
                                prefix,
                                count,
                                clock.instant()));
    }

    /** What operators call them by. */
    public DeviceTags tags() {
        return new DeviceTags(new SqlTagStore(database, audit), Limits.defaults());
    }

    /** Revokes a device. */
    public void revoke(OrganizationId organization, DeviceId device) {
        var _ =
                devices()
                        .changeStatus(
                                organization,
                                device,
                                DeviceStatus.REVOKED,
                                "lost",
                                Optional.empty(),
                                event(organization, AuditAction.DEVICE_REVOKED));
    }

    /** How many live places a device has; more than one would be a defect. */
    public long livePlaces(DeviceId device) {
        return database.read(
                statements ->
                        statements.count(
                                "SELECT count(*) FROM device_update"
                                        + " WHERE device_id = ? AND live = 1",
                                device));
    }

    private static AuditEvent event(OrganizationId organization, AuditAction action) {
        return AuditEvent.of(organization, MAKER, action, "test", Map.of());
    }

    @Override
    public void close() {
        database.close();
    }
}
