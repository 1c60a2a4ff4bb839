/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentCode;
import dev.breakwater.server.enrollment.EnrollmentCodeId;
import dev.breakwater.server.enrollment.EnrollmentStore;
import dev.breakwater.server.enrollment.Redemption;
import dev.breakwater.server.enrollment.RedemptionId;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.refusal.RefusalReason;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Enrollment codes and their uses as tables. */
public final class SqlEnrollmentStore implements EnrollmentStore {

    private final Database database;
    private final SqlAuditLog audit;

    /** The codes within this database. */
    public SqlEnrollmentStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public EnrollmentCode addCode(
            EnrollmentCode code, String secretSha256, Set<DeviceSerial> serials, AuditEvent event) {
        return database.write(
                transaction -> {
                    transaction.update(
                            "INSERT INTO enrollment_code (code_id, organization_id, product_id, note,"
                                    + " secret_sha256, uses, approval_needed, created_us, created_by,"
                                    + " expires_us, assurance) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            code.id(),
                            code.organization(),
                            code.product(),
                            code.note(),
                            secretSha256,
                            code.uses(),
                            code.approvalNeeded(),
                            code.createdAt(),
                            code.createdBy(),
                            code.expiresAt(),
                            code.assurance().name());
                    for (DeviceSerial serial : serials) {
                        transaction.update(
                                "INSERT INTO enrollment_code_serial (code_id, serial) VALUES (?, ?)",
                                code.id(),
                                serial);
                    }
                    audit.append(transaction, event);
                    return code;
                });
    }

    @Override
    @Unscoped("the code is what tells whose it is")
    public Optional<StoredCode> codeOfHolder(EnrollmentCodeId id) {
        return database.read(
                statements ->
                        statements.one(
                                EnrollmentRows.CODES + " WHERE code_id = ?",
                                row ->
                                        new StoredCode(
                                                EnrollmentRows.code(row),
                                                row.text("secret_sha256")),
                                id));
    }

    @Override
    public Optional<EnrollmentCode> code(OrganizationId organization, EnrollmentCodeId id) {
        return database.read(statements -> code(statements, organization, id));
    }

    @Override
    public List<EnrollmentCode> codes(
            OrganizationId organization, Optional<EnrollmentCodeId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                EnrollmentRows.CODES
                                        + " WHERE organization_id = ? AND code_id > ?"
                                        + " ORDER BY code_id LIMIT ?",
                                EnrollmentRows::code,
                                organization,
                                after.map(EnrollmentCodeId::toString).orElse(""),
                                countMax));
    }

    @Override
    public List<DeviceSerial> serials(
            OrganizationId organization,
            EnrollmentCodeId id,
            Optional<DeviceSerial> after,
            int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT serial FROM enrollment_code_serial"
                                        + " JOIN enrollment_code USING (code_id)"
                                        + " WHERE organization_id = ? AND code_id = ? AND serial > ?"
                                        + " ORDER BY serial LIMIT ?",
                                row -> new DeviceSerial(row.text("serial")),
                                organization,
                                id,
                                after.map(DeviceSerial::text).orElse(""),
                                countMax));
    }

    @Override
    public boolean lists(OrganizationId organization, EnrollmentCodeId id, DeviceSerial serial) {
        return database.read(statements -> lists(statements, organization, id, serial));
    }

    @Override
    public Optional<EnrollmentCode> withdraw(
            OrganizationId organization, EnrollmentCodeId id, Instant at, AuditEvent event) {
        return database.write(
                transaction -> {
                    int withdrawn =
                            transaction.update(
                                    "UPDATE enrollment_code SET withdrawn_us = ?"
                                            + " WHERE organization_id = ? AND code_id = ?"
                                            + " AND withdrawn_us IS NULL",
                                    at,
                                    organization,
                                    id);
                    if (withdrawn == 1) {
                        audit.append(transaction, event);
                    }
                    return code(transaction, organization, id);
                });
    }

    @Override
    public Optional<Redemption> redemption(
            OrganizationId organization, EnrollmentCodeId code, DeviceSerial serial) {
        return database.read(statements -> redemption(statements, organization, code, serial));
    }

    @Override
    public Optional<DeviceId> unfinished(
            OrganizationId organization, DeviceSerial serial, KeyFingerprint key) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT device_id FROM redemption WHERE organization_id = ?"
                                        + " AND serial = ? AND key_sha256 = ? AND state <> 'ISSUED'"
                                        + " ORDER BY redemption_id DESC LIMIT 1",
                                row -> new DeviceId(row.uuid("device_id")),
                                organization,
                                serial,
                                key));
    }

    @Override
    public Binding bind(Redemption wanted, int pendingMax, AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Redemption> already =
                            redemption(
                                    transaction,
                                    wanted.organization(),
                                    wanted.code(),
                                    wanted.serial());
                    if (already.isPresent()) {
                        return already.get().key().equals(wanted.key())
                                ? new Binding.Bound(already.get())
                                : new Binding.NotBound(RefusalReason.ENROLLMENT_CODE_USED);
                    }
                    Optional<RefusalReason> obstacle = obstacle(transaction, wanted, pendingMax);
                    if (obstacle.isPresent()) {
                        return new Binding.NotBound(obstacle.get());
                    }
                    insert(transaction, wanted);
                    audit.append(transaction, event);
                    return new Binding.Bound(wanted);
                });
    }

    private static Optional<RefusalReason> obstacle(
            Transaction transaction, Redemption wanted, int pendingMax) throws SQLException {
        OrganizationId organization = wanted.organization();
        Optional<EnrollmentCode> code = code(transaction, organization, wanted.code());
        if (code.isEmpty()) {
            return Optional.of(RefusalReason.ENROLLMENT_CODE_UNKNOWN);
        }
        switch (code.get().state(wanted.requestedAt())) {
            case WITHDRAWN -> {
                return Optional.of(RefusalReason.ENROLLMENT_CODE_WITHDRAWN);
            }
            case EXPIRED -> {
                return Optional.of(RefusalReason.ENROLLMENT_CODE_EXPIRED);
            }
            case USED_UP -> {
                return Optional.of(RefusalReason.ENROLLMENT_CODE_USED);
            }
            case OPEN -> {}
        }
        if (!lists(transaction, organization, wanted.code(), wanted.serial())) {
            return Optional.of(RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED);
        }
        long taken =
                transaction.count(
                        "SELECT count(*) FROM device WHERE organization_id = ? AND serial = ?"
                                + " AND status <> 'REVOKED'",
                        organization,
                        wanted.serial());
        if (taken > 0) {
            return Optional.of(RefusalReason.ENROLLMENT_SERIAL_TAKEN);
        }
        long pending =
                transaction.count(
                        "SELECT count(*) FROM redemption WHERE organization_id = ?"
                                + " AND state = 'PENDING'",
                        organization);
        return wanted.state() == Redemption.State.PENDING && pending >= pendingMax
                ? Optional.of(RefusalReason.SERVER_BUSY)
                : Optional.empty();
    }

    private static void insert(Transaction transaction, Redemption wanted) throws SQLException {
        transaction.update(
                "INSERT INTO redemption (redemption_id, organization_id, code_id, serial, key_sha256,"
                        + " device_id, state, requested_us, requested_from)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                wanted.id(),
                wanted.organization(),
                wanted.code(),
                wanted.serial(),
                wanted.key(),
                wanted.device(),
                wanted.state().name(),
                wanted.requestedAt(),
                wanted.requestedFrom());
    }

    @Override
    public List<Redemption> pending(
            OrganizationId organization, Optional<RedemptionId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                EnrollmentRows.REDEMPTIONS
                                        + " WHERE redemption.organization_id = ? AND state = 'PENDING'"
                                        + " AND redemption_id > ? ORDER BY redemption_id LIMIT ?",
                                EnrollmentRows::redemption,
                                organization,
                                after.map(RedemptionId::toString).orElse(""),
                                countMax));
    }

    @Override
    public Optional<Redemption> redemption(OrganizationId organization, RedemptionId id) {
        return database.read(statements -> redemption(statements, organization, id));
    }

    @Override
    public Optional<Redemption> decide(
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
                                    "UPDATE redemption SET state = ?, decided_by = ?, decided_us = ?"
                                            + " WHERE organization_id = ? AND redemption_id = ?"
                                            + " AND state = 'PENDING'",
                                    state.name(),
                                    decidedBy,
                                    at,
                                    organization,
                                    id);
                    if (decided == 0) {
                        return Optional.empty();
                    }
                    audit.append(transaction, event);
                    return redemption(transaction, organization, id);
                });
    }

    @Override
    public Optional<X509Certificate> certificate(
            OrganizationId organization, CredentialFingerprint fingerprint) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT certificate FROM credential JOIN issuance"
                                        + " ON issuance.serial_number = credential.serial_number"
                                        + " WHERE organization_id = ? AND credential.fingerprint = ?",
                                row -> EnrollmentRows.certificate(row.bytes("certificate")),
                                organization,
                                fingerprint));
    }

    private static boolean lists(
            Statements statements,
            OrganizationId organization,
            EnrollmentCodeId id,
            DeviceSerial serial)
            throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM enrollment_code_serial"
                                + " JOIN enrollment_code USING (code_id)"
                                + " WHERE organization_id = ? AND code_id = ? AND serial = ?",
                        organization,
                        id,
                        serial)
                > 0;
    }

    private static Optional<EnrollmentCode> code(
            Statements statements, OrganizationId organization, EnrollmentCodeId id)
            throws SQLException {
        return statements.one(
                EnrollmentRows.CODES + " WHERE organization_id = ? AND code_id = ?",
                EnrollmentRows::code,
                organization,
                id);
    }

    private static Optional<Redemption> redemption(
            Statements statements,
            OrganizationId organization,
            EnrollmentCodeId code,
            DeviceSerial serial)
            throws SQLException {
        return statements.one(
                EnrollmentRows.REDEMPTIONS
                        + " WHERE redemption.organization_id = ? AND redemption.code_id = ?"
                        + " AND serial = ?",
                EnrollmentRows::redemption,
                organization,
                code,
                serial);
    }

    private static Optional<Redemption> redemption(
            Statements statements, OrganizationId organization, RedemptionId id)
            throws SQLException {
        return statements.one(
                EnrollmentRows.REDEMPTIONS
                        + " WHERE redemption.organization_id = ? AND redemption_id = ?",
                EnrollmentRows::redemption,
                organization,
                id);
    }
}
