/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.LapsedRenewal;
import dev.breakwater.server.enrollment.LapsedRenewalStore;
import dev.breakwater.server.enrollment.Redemption;
import dev.breakwater.server.enrollment.RedemptionId;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Devices whose certificate has ended, as a table. */
public final class SqlLapsedRenewalStore implements LapsedRenewalStore {

    private static final String RENEWALS =
            "SELECT lapsed_renewal.*, device.product_id, device.serial FROM lapsed_renewal"
                    + " JOIN device ON device.device_id = lapsed_renewal.device_id"
                    + " WHERE lapsed_renewal.organization_id = ?";

    private final Database database;
    private final SqlAuditLog audit;

    /** The wishes within this database. */
    public SqlLapsedRenewalStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Optional<LapsedRenewal> ofLapsed(
            OrganizationId organization, CredentialFingerprint lapsed) {
        return database.read(statements -> ofLapsed(statements, organization, lapsed));
    }

    @Override
    public Optional<LapsedRenewal> begin(LapsedRenewal wanted, int pendingMax, AuditEvent event) {
        return database.write(
                transaction -> {
                    OrganizationId organization = wanted.organization();
                    Optional<LapsedRenewal> before =
                            ofLapsed(transaction, organization, wanted.lapsed());
                    if (before.isPresent()) {
                        return before;
                    }
                    long pending =
                            transaction.count(
                                    "SELECT (SELECT count(*) FROM redemption"
                                            + " WHERE organization_id = ? AND state = 'PENDING')"
                                            + " + (SELECT count(*) FROM lapsed_renewal"
                                            + " WHERE organization_id = ? AND state = 'PENDING')",
                                    organization,
                                    organization);
                    if (pending >= pendingMax) {
                        return Optional.empty();
                    }
                    transaction.update(
                            "INSERT INTO lapsed_renewal (renewal_id, organization_id, device_id,"
                                    + " lapsed, key_sha256, state, requested_us, requested_from)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                            wanted.id(),
                            organization,
                            wanted.device(),
                            wanted.lapsed(),
                            wanted.key(),
                            wanted.state().name(),
                            wanted.requestedAt(),
                            wanted.requestedFrom());
                    audit.append(transaction, event);
                    return Optional.of(wanted);
                });
    }

    @Override
    public List<LapsedRenewal> pending(
            OrganizationId organization, Optional<RedemptionId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                RENEWALS
                                        + " AND state = 'PENDING' AND renewal_id > ?"
                                        + " ORDER BY renewal_id LIMIT ?",
                                SqlLapsedRenewalStore::renewal,
                                organization,
                                after.map(RedemptionId::toString).orElse(""),
                                countMax));
    }

    @Override
    public Optional<LapsedRenewal> renewal(OrganizationId organization, RedemptionId id) {
        return database.read(statements -> byId(statements, organization, id));
    }

    @Override
    public Optional<LapsedRenewal> decide(
            OrganizationId organization,
            RedemptionId id,
            boolean approved,
            String decidedBy,
            Instant at,
            AuditEvent event) {
        Redemption.State state = approved ? Redemption.State.GRANTED : Redemption.State.DENIED;
        return database.write(
                transaction -> {
                    int decided =
                            transaction.update(
                                    "UPDATE lapsed_renewal SET state = ?, decided_by = ?,"
                                            + " decided_us = ? WHERE organization_id = ?"
                                            + " AND renewal_id = ? AND state = 'PENDING'",
                                    state.name(),
                                    decidedBy,
                                    at,
                                    organization,
                                    id);
                    if (decided == 0) {
                        return Optional.empty();
                    }
                    audit.append(transaction, event);
                    return byId(transaction, organization, id);
                });
    }

    private static Optional<LapsedRenewal> ofLapsed(
            Statements statements, OrganizationId organization, CredentialFingerprint lapsed)
            throws SQLException {
        return statements.one(
                RENEWALS + " AND lapsed = ?", SqlLapsedRenewalStore::renewal, organization, lapsed);
    }

    private static Optional<LapsedRenewal> byId(
            Statements statements, OrganizationId organization, RedemptionId id)
            throws SQLException {
        return statements.one(
                RENEWALS + " AND renewal_id = ?", SqlLapsedRenewalStore::renewal, organization, id);
    }

    private static LapsedRenewal renewal(Row row) throws SQLException {
        return new LapsedRenewal(
                new RedemptionId(row.uuid("renewal_id")),
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                new DeviceSerial(row.text("serial")),
                new DeviceId(row.uuid("device_id")),
                new CredentialFingerprint(row.text("lapsed")),
                new KeyFingerprint(row.text("key_sha256")),
                Redemption.State.valueOf(row.text("state")),
                row.instant("requested_us"),
                row.text("requested_from"),
                row.optionalText("decided_by"));
    }
}
