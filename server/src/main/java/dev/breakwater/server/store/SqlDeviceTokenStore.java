/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceToken;
import dev.breakwater.server.identity.DeviceTokenStore;
import dev.breakwater.server.organization.OrganizationId;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Devices' tokens as tables; only hashes lie there. */
public final class SqlDeviceTokenStore implements DeviceTokenStore, RevocationConsequence {

    private final Database database;
    private final SqlAuditLog audit;
    private final Clock clock;

    /** The tokens within this database. */
    public SqlDeviceTokenStore(Database database, SqlAuditLog audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public boolean register(Device device, DeviceToken first, List<AuditEvent> events) {
        return database.write(
                transaction -> {
                    int added =
                            transaction.update(
                                    "INSERT INTO device (device_id, organization_id, product_id,"
                                            + " serial, status, status_reason, status_changed_us,"
                                            + " confirmed_generation, created_us, version)"
                                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                            + " ON CONFLICT DO NOTHING",
                                    device.id(),
                                    device.organization(),
                                    device.product(),
                                    device.serial(),
                                    device.status().name(),
                                    device.statusReason(),
                                    device.createdAt(),
                                    device.confirmedGeneration(),
                                    device.createdAt(),
                                    device.version());
                    if (added == 0) {
                        return false;
                    }
                    insert(transaction, first);
                    for (AuditEvent event : events) {
                        audit.append(transaction, event);
                    }
                    return true;
                });
    }

    private record Standing(String status, int confirmed, int newest) {}

    @Override
    public Optional<DeviceToken> add(
            OrganizationId organization,
            DeviceId device,
            CredentialFingerprint fingerprint,
            Instant notBefore,
            Instant notAfter,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Standing> standing =
                            transaction.one(
                                    "SELECT status, confirmed_generation,"
                                            + " (SELECT max(generation) FROM device_proof"
                                            + " WHERE device_proof.device_id = device.device_id)"
                                            + " AS newest FROM device"
                                            + " WHERE organization_id = ? AND device_id = ?",
                                    row ->
                                            new Standing(
                                                    row.text("status"),
                                                    row.integer("confirmed_generation"),
                                                    row.integer("newest")),
                                    organization,
                                    device);
                    if (standing.isEmpty()
                            || !standing.get().status().equals(DeviceStatus.ACTIVE.name())) {
                        return Optional.empty();
                    }
                    revoke(transaction, device, standing.get().confirmed());
                    DeviceToken token =
                            new DeviceToken(
                                    fingerprint,
                                    organization,
                                    device,
                                    standing.get().newest() + 1,
                                    notBefore,
                                    notAfter,
                                    CredentialStatus.ACTIVE);
                    insert(transaction, token);
                    audit.append(transaction, event);
                    return Optional.of(token);
                });
    }

    @Override
    public List<DeviceToken> tokensOf(
            OrganizationId organization, DeviceId device, Optional<Integer> below, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM device_token"
                                        + " WHERE organization_id = ? AND device_id = ?"
                                        + " AND generation < ?"
                                        + " ORDER BY generation DESC LIMIT ?",
                                row -> token(row, "created_us", "status"),
                                organization,
                                device,
                                below.orElse(Integer.MAX_VALUE),
                                countMax));
    }

    @Override
    public void deviceRevoked(Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        revoke(transaction, device, 0);
    }

    /** Revokes the tokens of a device that are newer than a generation. */
    private void revoke(Transaction transaction, DeviceId device, int generation)
            throws SQLException {
        transaction.update(
                "UPDATE device_token SET status = ?, revoked_us = ?"
                        + " WHERE device_id = ? AND status = ? AND generation > ?",
                CredentialStatus.REVOKED.name(),
                clock.instant(),
                device,
                CredentialStatus.ACTIVE.name(),
                generation);
    }

    private static void insert(Transaction transaction, DeviceToken token) throws SQLException {
        transaction.update(
                "INSERT INTO device_token (fingerprint, organization_id, device_id, generation,"
                        + " created_us, expires_us, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
                token.fingerprint(),
                token.organization(),
                token.device(),
                token.generation(),
                token.notBefore(),
                token.notAfter(),
                token.status().name());
    }

    /** Where a device is selected too, the columns that both have go by other names. */
    static DeviceToken token(Row row, String createdColumn, String statusColumn)
            throws SQLException {
        return new DeviceToken(
                new CredentialFingerprint(row.text("fingerprint")),
                new OrganizationId(row.uuid("organization_id")),
                new DeviceId(row.uuid("device_id")),
                row.integer("generation"),
                row.instant(createdColumn),
                row.instant("expires_us"),
                CredentialStatus.valueOf(row.text(statusColumn)));
    }
}
