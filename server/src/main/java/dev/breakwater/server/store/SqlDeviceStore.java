/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductChange;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.StatusChange;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Products and devices as tables. */
public final class SqlDeviceStore implements DeviceStore {

    /** What a listing filters by, whatever it goes through; behind it is how many it shows. */
    private static final String FILTERED =
            " AND (? = '' OR d.product_id = ?) AND (? = '' OR d.status = ?)"
                    + " AND (? = '' OR d.device_id IN (SELECT device_id"
                    + " FROM device_owner WHERE member_id = ?)"
                    + " OR d.device_id IN (SELECT device_id FROM device_share"
                    + SharedRows.OF_MEMBER
                    + "))"
                    + " ORDER BY d.device_id LIMIT ?";

    private static final String DEVICES =
            "SELECT d.* FROM device d WHERE d.organization_id = ? AND d.device_id > ?" + FILTERED;

    /** Few have a tag, so that it goes through those instead of the fleet. */
    private static final String TAGGED_DEVICES =
            "SELECT d.* FROM device_tag t JOIN device d ON d.device_id = t.device_id"
                    + " WHERE t.tag = ? AND t.organization_id = ? AND t.device_id > ?"
                    + FILTERED.replace("ORDER BY d.", "ORDER BY t.");

    private final Database database;
    private final SqlAuditLog audit;
    private final Clock clock;
    private final List<RevocationConsequence> consequences;
    private final RememberedRows<Scoped, Device> devices;

    /** A device is remembered for those who may see it, and for nobody else. */
    private record Scoped(OrganizationId organization, DeviceId device) {}

    /**
     * The products and devices within this database.
     *
     * @param consequences what ends together with a revoked device, beside its credentials
     */
    public SqlDeviceStore(
            Database database,
            SqlAuditLog audit,
            Clock clock,
            List<? extends RevocationConsequence> consequences) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.consequences = List.copyOf(consequences);
        this.devices = database.remember(device -> List.of(device.id()));
    }

    @Override
    public Optional<Product> addProduct(Product product, AuditEvent event) {
        return database.write(
                transaction -> {
                    int added =
                            transaction.update(
                                    "INSERT INTO product (product_id, organization_id, name, created_us,"
                                            + " risk_profile) VALUES (?, ?, ?, ?, ?)"
                                            + " ON CONFLICT (organization_id, name) DO NOTHING",
                                    product.id(),
                                    product.organization(),
                                    product.name(),
                                    product.createdAt(),
                                    product.risk().name());
                    if (added == 0) {
                        return Optional.empty();
                    }
                    audit.append(transaction, event);
                    return Optional.of(product);
                });
    }

    @Override
    public ProductChange changeQuota(
            OrganizationId organization,
            ProductId id,
            QuotaProfile quota,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Product> found = productById(transaction, organization, id);
                    if (found.isEmpty()) {
                        return new ProductChange.NoSuchProduct();
                    }
                    Product current = found.get();
                    if (expectedVersion.isPresent() && expectedVersion.get() != current.version()) {
                        return new ProductChange.VersionMismatch(current);
                    }
                    if (current.quota().equals(quota)) {
                        return new ProductChange.Changed(current);
                    }
                    List<@Nullable Object> values = new ArrayList<>();
                    for (Quota each : Quota.values()) {
                        values.add(quota.stated(each).orElse(null));
                    }
                    values.add(id);
                    transaction.update(
                            "UPDATE product SET "
                                    + QuotaColumns.SET
                                    + ", version = version + 1 WHERE product_id = ?",
                            values.toArray());
                    audit.append(transaction, event);
                    return new ProductChange.Changed(
                            productById(transaction, organization, id).orElseThrow());
                });
    }

    @Override
    public ProductChange changeRisk(
            OrganizationId organization,
            ProductId id,
            RiskProfile risk,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Product> found = productById(transaction, organization, id);
                    if (found.isEmpty()) {
                        return new ProductChange.NoSuchProduct();
                    }
                    Product current = found.get();
                    if (expectedVersion.isPresent() && expectedVersion.get() != current.version()) {
                        return new ProductChange.VersionMismatch(current);
                    }
                    if (current.risk() == risk) {
                        return new ProductChange.Changed(current);
                    }
                    transaction.update(
                            "UPDATE product SET risk_profile = ?, version = version + 1"
                                    + " WHERE product_id = ?",
                            risk.name(),
                            id);
                    audit.append(transaction, event);
                    return new ProductChange.Changed(
                            productById(transaction, organization, id).orElseThrow());
                });
    }

    @Override
    public long countExcluded(OrganizationId organization, ProductId id, Assurance lowest) {
        return database.read(
                statements ->
                        AssuranceRows.excluded(
                                statements, organization, id, lowest, clock.instant()));
    }

    @Override
    public List<DeviceId> below(
            OrganizationId organization,
            ProductId id,
            Assurance lowest,
            Optional<DeviceId> after,
            int countMax) {
        return database.read(
                statements ->
                        AssuranceRows.below(statements, organization, id, lowest, after, countMax));
    }

    @Override
    public Optional<Product> product(OrganizationId organization, ProductId id) {
        return database.read(statements -> productById(statements, organization, id));
    }

    private static Optional<Product> productById(
            Statements statements, OrganizationId organization, ProductId id) throws SQLException {
        return statements.one(
                "SELECT * FROM product WHERE organization_id = ? AND product_id = ?",
                SqlDeviceStore::product,
                organization,
                id);
    }

    @Override
    public List<Product> products(
            OrganizationId organization, Optional<ProductId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM product WHERE organization_id = ? AND product_id > ?"
                                        + " ORDER BY product_id LIMIT ?",
                                SqlDeviceStore::product,
                                organization,
                                after.map(ProductId::toString).orElse(""),
                                countMax));
    }

    @Override
    public Optional<Device> device(OrganizationId organization, DeviceId id) {
        return devices.row(
                new Scoped(organization, id),
                _ -> true,
                () -> database.read(statements -> byId(statements, organization, id)));
    }

    @Override
    public Optional<Device> device(OrganizationId organization, DeviceSerial serial) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT * FROM device WHERE organization_id = ? AND serial = ?"
                                        + " ORDER BY CASE status WHEN 'REVOKED' THEN 1 ELSE 0 END,"
                                        + " device_id DESC LIMIT 1",
                                SqlDeviceStore::device,
                                organization,
                                serial));
    }

    /** Absent parts of the filter are bound as the empty text, which no product or status is. */
    @Override
    public List<Device> devices(
            OrganizationId organization,
            DeviceFilter filter,
            Optional<DeviceId> after,
            int countMax) {
        String product = filter.product().map(ProductId::toString).orElse("");
        String status = filter.status().map(DeviceStatus::name).orElse("");
        String member = filter.reachable().map(of -> of.member().toString()).orElse("");
        Instant at = filter.reachable().map(Reachable::at).orElse(Instant.EPOCH);
        List<@Nullable Object> values = new ArrayList<>();
        filter.tag().ifPresent(values::add);
        Collections.addAll(
                values,
                organization,
                after.map(DeviceId::toString).orElse(""),
                product,
                product,
                status,
                status,
                member,
                member,
                organization,
                member,
                at,
                countMax);
        String listing = filter.tag().isPresent() ? TAGGED_DEVICES : DEVICES;
        return database.read(
                statements -> statements.list(listing, SqlDeviceStore::device, values.toArray()));
    }

    @Override
    public StatusChange changeStatus(
            OrganizationId organization,
            DeviceId id,
            DeviceStatus status,
            String reason,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Device> found = byId(transaction, organization, id);
                    if (found.isEmpty()) {
                        return new StatusChange.NoSuchDevice();
                    }
                    Device current = found.get();
                    if (expectedVersion.isPresent() && expectedVersion.get() != current.version()) {
                        return new StatusChange.VersionMismatch(current);
                    }
                    if (current.status() == status) {
                        return new StatusChange.Changed(current);
                    }
                    if (current.status() == DeviceStatus.REVOKED) {
                        return new StatusChange.NotPossible(current);
                    }
                    change(transaction, current, status, reason);
                    audit.append(transaction, event);
                    return new StatusChange.Changed(
                            byId(transaction, organization, id).orElseThrow());
                });
    }

    private void change(Transaction transaction, Device device, DeviceStatus status, String reason)
            throws SQLException {
        Instant now = clock.instant();
        transaction.update(
                "UPDATE device SET status = ?, status_reason = ?, status_changed_us = ?,"
                        + " version = version + 1 WHERE device_id = ?",
                status.name(),
                reason,
                now,
                device.id());
        if (status == DeviceStatus.REVOKED) {
            transaction.update(
                    "UPDATE credential SET status = ?, revoked_us = ?"
                            + " WHERE device_id = ? AND status = ?",
                    CredentialStatus.REVOKED.name(),
                    now,
                    device.id(),
                    CredentialStatus.ACTIVE.name());
            TagRows.removeAll(transaction, device.organization(), device.id());
            for (RevocationConsequence consequence : consequences) {
                consequence.deviceRevoked(transaction, device.organization(), device.id());
            }
        }
    }

    private static Optional<Device> byId(
            Statements statements, OrganizationId organization, DeviceId id) throws SQLException {
        return statements.one(
                "SELECT * FROM device WHERE organization_id = ? AND device_id = ?",
                SqlDeviceStore::device,
                organization,
                id);
    }

    private static Product product(Row row) throws SQLException {
        return new Product(
                new ProductId(row.uuid("product_id")),
                new OrganizationId(row.uuid("organization_id")),
                row.text("name"),
                row.instant("created_us"),
                QuotaColumns.read(row),
                RiskProfile.valueOf(row.text("risk_profile")),
                row.number("version"));
    }

    static Device device(Row row) throws SQLException {
        return new Device(
                new DeviceId(row.uuid("device_id")),
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                new DeviceSerial(row.text("serial")),
                DeviceStatus.valueOf(row.text("status")),
                row.text("status_reason"),
                row.integer("confirmed_generation"),
                row.instant("created_us"),
                row.optionalInstant("last_connected_us"),
                row.number("version"));
    }
}
