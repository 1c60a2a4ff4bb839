/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.envelope.DeviceKey;
import dev.breakwater.server.envelope.DeviceKeyStore;
import dev.breakwater.server.envelope.KeyHolder;
import dev.breakwater.server.envelope.SealedCommands;
import dev.breakwater.server.envelope.Sealing;
import dev.breakwater.server.envelope.SealingPolicy;
import dev.breakwater.server.envelope.SealingStore;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.risk.RiskProfile;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Sealing policies as one row each; {@link TelemetryInsert} writes how far envelopes have come. */
public final class SqlSealingStore implements SealingStore, DeviceKeyStore {

    private static final String POLICY =
            "SELECT p.product_id, p.risk_profile, s.sealing, s.recipient,"
                    + " COALESCE(s.version, 0) AS sealing_version FROM product p"
                    + " LEFT JOIN product_sealing s ON s.product_id = p.product_id";

    private final Database database;
    private final SqlAuditLog audit;

    /** The policies within this database. */
    public SqlSealingStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Optional<Stored> policy(OrganizationId organization, ProductId product) {
        return database.read(statements -> find(statements, organization, product));
    }

    private static Optional<Stored> find(
            Statements statements, OrganizationId organization, ProductId product)
            throws SQLException {
        return statements.one(
                POLICY + " WHERE p.organization_id = ? AND p.product_id = ?",
                SqlSealingStore::stored,
                organization,
                product);
    }

    @Override
    @Unscoped("they are all put in force when the server starts")
    public List<OfProduct> policies(Optional<ProductId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                POLICY + " WHERE p.product_id > ? ORDER BY p.product_id LIMIT ?",
                                row ->
                                        new OfProduct(
                                                new ProductId(row.uuid("product_id")), stored(row)),
                                after.map(ProductId::toString).orElse(""),
                                countMax));
    }

    private static Stored stored(Row row) throws SQLException {
        RiskProfile risk = RiskProfile.valueOf(row.text("risk_profile"));
        Optional<String> sealing = row.optionalText("sealing");
        SealingPolicy policy =
                sealing.isEmpty()
                        ? SealingPolicy.UNSTATED
                        : new SealingPolicy(
                                Sealing.of(sealing.get()), KeyHolder.of(row.text("recipient")));
        return new Stored(policy, risk, row.number("sealing_version"));
    }

    @Override
    public Change change(
            OrganizationId organization,
            ProductId product,
            SealingPolicy policy,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Stored> found = find(transaction, organization, product);
                    if (found.isEmpty()) {
                        return new Change.NoSuchProduct();
                    }
                    Stored current = found.get();
                    if (expectedVersion.isPresent() && expectedVersion.get() != current.version()) {
                        return new Change.VersionMismatch(current);
                    }
                    if (current.version() > 0 && current.policy().equals(policy)) {
                        return new Change.Changed(current);
                    }
                    transaction.update(
                            "INSERT INTO product_sealing"
                                    + " (product_id, organization_id, sealing, recipient, version)"
                                    + " VALUES (?, ?, ?, ?, 1) ON CONFLICT (product_id) DO UPDATE"
                                    + " SET sealing = excluded.sealing,"
                                    + " recipient = excluded.recipient,"
                                    + " version = product_sealing.version + 1",
                            product,
                            organization,
                            policy.sealing().code(),
                            policy.recipient().code());
                    audit.append(transaction, event);
                    return new Change.Changed(
                            find(transaction, organization, product).orElseThrow());
                });
    }

    @Override
    public Optional<DeviceKey> deviceKey(OrganizationId organization, DeviceId device) {
        return database.read(statements -> deviceKey(statements, organization, device));
    }

    private static Optional<DeviceKey> deviceKey(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.one(
                "SELECT suite, public_key, registered_us FROM device_envelope_key"
                        + " WHERE organization_id = ? AND device_id = ?",
                row ->
                        new DeviceKey(
                                RecipientKey.of(
                                        Suite.of((byte) row.integer("suite"))
                                                .orElseThrow(
                                                        () ->
                                                                new SQLException(
                                                                        "a device's key of an unknown suite")),
                                        row.bytes("public_key"),
                                        SealedCommands.ALWAYS),
                                row.instant("registered_us")),
                organization,
                device);
    }

    @Override
    public void register(
            OrganizationId organization,
            DeviceId device,
            DeviceKey key,
            AuditEvent event,
            Completion<? super Boolean> completion) {
        database.submit(
                transaction -> {
                    Optional<DeviceKey> before = deviceKey(transaction, organization, device);
                    if (before.isPresent() && before.get().key().equals(key.key())) {
                        return false;
                    }
                    transaction.update(
                            "INSERT INTO device_envelope_key (device_id, organization_id, suite,"
                                    + " public_key, registered_us) VALUES (?, ?, ?, ?, ?)"
                                    + " ON CONFLICT (device_id) DO UPDATE"
                                    + " SET suite = excluded.suite,"
                                    + " public_key = excluded.public_key,"
                                    + " registered_us = excluded.registered_us",
                            device,
                            organization,
                            (int) key.key().suite().number(),
                            key.key().encoded(),
                            key.registeredAt());
                    audit.append(transaction, event);
                    return true;
                },
                completion);
    }

    @Override
    public long highest(OrganizationId organization, DeviceId device) {
        return database.read(
                statements ->
                        statements.count(
                                "SELECT highest FROM envelope_window"
                                        + " WHERE organization_id = ? AND device_id = ?",
                                organization,
                                device));
    }
}
