/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.AttestedKey;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.CredentialRecord;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.CredentialStore;
import dev.breakwater.server.identity.DeviceProof;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The device registry as tables. Credentials are added by {@link CredentialRegistration} alone. */
public final class SqlCredentialStore implements CredentialStore, AutoCloseable {

    /** Of one device, at most; a device that renews every day gets there after three years. */
    private static final int CREDENTIALS_LISTED_MAX = 1_000;

    private static final String RECORDS =
            "SELECT device.*, organization.enabled, credential.fingerprint,"
                    + " credential.serial_number, credential.key_sha256,"
                    + " credential.generation, credential.not_before_us,"
                    + " credential.not_after_us,"
                    + " credential.status AS credential_status, credential.assurance,"
                    + " credential.attested_us, "
                    + "product.risk_profile, "
                    + QuotaColumns.SELECTED
                    + " FROM credential"
                    + " JOIN device ON device.device_id = credential.device_id"
                    + " JOIN product ON product.product_id = device.product_id"
                    + " JOIN organization ON organization.organization_id = device.organization_id";

    private static final String TOKENS =
            "SELECT device.*, organization.enabled, device_token.fingerprint,"
                    + " device_token.generation, device_token.created_us AS token_created_us,"
                    + " device_token.expires_us,"
                    + " device_token.status AS token_status, product.risk_profile, "
                    + QuotaColumns.SELECTED
                    + " FROM device_token"
                    + " JOIN device ON device.device_id = device_token.device_id"
                    + " JOIN product ON product.product_id = device.product_id"
                    + " JOIN organization ON organization.organization_id = device.organization_id";

    private final Database database;
    private final SqlAuditLog audit;
    private final ConnectionNotes notes;

    /** The credentials within this database. */
    public SqlCredentialStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
        this.notes = new ConnectionNotes(database);
    }

    @Override
    @Unscoped("the certificate is what tells whose it is")
    public Optional<CredentialRecord> find(CredentialFingerprint fingerprint) {
        return database.read(
                statements ->
                        statements.one(
                                RECORDS + " WHERE credential.fingerprint = ?",
                                SqlCredentialStore::record,
                                fingerprint));
    }

    @Override
    @Unscoped("the token is what tells whose it is")
    public Optional<CredentialRecord> findToken(CredentialFingerprint fingerprint) {
        return database.read(
                statements ->
                        statements.one(
                                TOKENS + " WHERE device_token.fingerprint = ?",
                                row ->
                                        record(
                                                row,
                                                SqlDeviceTokenStore.token(
                                                        row, "token_created_us", "token_status")),
                                fingerprint));
    }

    @Override
    @Unscoped("the channel serves all organizations, and asks before it knows whose device comes")
    public boolean hasTokens() {
        return database.read(
                statements ->
                        statements.count(
                                        "SELECT count(*) FROM (SELECT 1 FROM device_token LIMIT 1)"
                                                + " AS one")
                                > 0);
    }

    @Override
    @Unscoped("the channel serves all organizations, and each certificate tells whose it is")
    public List<CredentialRecord> connectedLast(int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                RECORDS
                                        + " WHERE device.last_connected_us IS NOT NULL"
                                        + " AND credential.generation = device.confirmed_generation"
                                        + " ORDER BY device.last_connected_us DESC LIMIT ?",
                                SqlCredentialStore::record,
                                countMax));
    }

    private static CredentialRecord record(Row row) throws SQLException {
        return record(row, credential(row));
    }

    private static CredentialRecord record(Row row, DeviceProof proof) throws SQLException {
        return new CredentialRecord(
                proof,
                SqlDeviceStore.device(row),
                row.flag("enabled"),
                QuotaColumns.read(row),
                RiskProfile.valueOf(row.text("risk_profile")));
    }

    @Override
    public List<Credential> ofDevice(OrganizationId organization, DeviceId device) {
        return ofDevice(organization, device, Optional.empty(), CREDENTIALS_LISTED_MAX);
    }

    @Override
    public List<Credential> ofDevice(
            OrganizationId organization, DeviceId device, Optional<Integer> below, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT credential.*, status AS credential_status FROM credential"
                                        + " WHERE organization_id = ? AND device_id = ?"
                                        + " AND generation < ?"
                                        + " ORDER BY generation DESC LIMIT ?",
                                SqlCredentialStore::credential,
                                organization,
                                device,
                                below.orElse(Integer.MAX_VALUE),
                                countMax));
    }

    @Override
    public void confirm(
            OrganizationId organization, DeviceId device, int generation, AuditEvent event) {
        database.write(
                transaction -> {
                    int raised =
                            transaction.update(
                                    "UPDATE device SET confirmed_generation = ?, version = version + 1"
                                            + " WHERE organization_id = ? AND device_id = ?"
                                            + " AND confirmed_generation < ?",
                                    generation,
                                    organization,
                                    device,
                                    generation);
                    if (raised == 1) {
                        audit.append(transaction, event);
                    }
                    return raised;
                });
    }

    @Override
    public AttestedKey.Recording attest(
            OrganizationId organization,
            Credential credential,
            String endorsementSha256,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    long others =
                            transaction.count(
                                    "SELECT count(*) FROM credential WHERE organization_id = ?"
                                            + " AND device_id = ?"
                                            + " AND endorsement_sha256 IS NOT NULL"
                                            + " AND endorsement_sha256 <> ?",
                                    organization,
                                    credential.device(),
                                    endorsementSha256);
                    if (others > 0) {
                        return AttestedKey.Recording.OTHER_TPM;
                    }
                    int attested =
                            transaction.update(
                                    "UPDATE credential SET assurance = ?, attested_us = ?,"
                                            + " endorsement_sha256 = ? WHERE organization_id = ?"
                                            + " AND fingerprint = ? AND status = 'ACTIVE'"
                                            + " AND device_id IN (SELECT device_id FROM device"
                                            + " WHERE device_id = ? AND status = 'ACTIVE')",
                                    Assurance.ATTESTED.name(),
                                    at,
                                    endorsementSha256,
                                    organization,
                                    credential.fingerprint(),
                                    credential.device());
                    if (attested == 0) {
                        return AttestedKey.Recording.NOT_ACTIVE;
                    }
                    audit.append(transaction, event);
                    return AttestedKey.Recording.ATTESTED;
                });
    }

    @Override
    public void noteConnected(OrganizationId organization, DeviceId device, Instant at) {
        notes.note(organization, device, at);
    }

    /** Hands on what is still noted in memory; the database commits it before it closes. */
    @Override
    public void close() {
        notes.write();
    }

    private static Credential credential(Row row) throws SQLException {
        return new Credential(
                new CredentialFingerprint(row.text("fingerprint")),
                new OrganizationId(row.uuid("organization_id")),
                new DeviceId(row.uuid("device_id")),
                new SerialNumber(row.text("serial_number")),
                row.text("key_sha256"),
                row.integer("generation"),
                row.instant("not_before_us"),
                row.instant("not_after_us"),
                CredentialStatus.valueOf(row.text("credential_status")),
                Assurance.valueOf(row.text("assurance")),
                row.optionalInstant("attested_us"));
    }
}
