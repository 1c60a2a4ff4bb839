/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.Fingerprint;
import dev.breakwater.server.scan.Waiver;
import dev.breakwater.server.vetting.ArtifactId;
import dev.breakwater.server.vetting.RuleSet;
import dev.breakwater.server.vetting.UploadId;
import dev.breakwater.server.vetting.VettedArtifact;
import dev.breakwater.server.vetting.VettedFinding;
import dev.breakwater.server.vetting.VettingStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Uploads, artifacts, findings and waivers as one row each. */
public final class SqlVettingStore implements VettingStore {

    /** How much in an artifact nobody answers for at a moment: its two values are that moment. */
    private static final String ARTIFACT =
            "SELECT a.*, (SELECT count(*) FROM artifact_finding f"
                    + " WHERE f.artifact_id = a.artifact_id AND f.blocks = 1 AND NOT EXISTS"
                    + " (SELECT 1 FROM artifact_waiver w WHERE w.artifact_id = f.artifact_id"
                    + " AND w.fingerprint = f.fingerprint AND w.given_us <= ?"
                    + " AND w.expires_us > ?)) AS blocking FROM product_artifact a";

    private final Database database;
    private final SqlAuditLog audit;

    /** What is kept within this database. */
    public SqlVettingStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Beginning begin(Upload fresh, Instant forgotten, int most) {
        return database.write(
                transaction -> {
                    transaction.update(
                            "DELETE FROM artifact_upload WHERE organization_id = ?"
                                    + " AND begun_us < ?",
                            fresh.organization(),
                            forgotten);
                    long products =
                            transaction.count(
                                    "SELECT count(*) FROM product WHERE organization_id = ?"
                                            + " AND product_id = ?",
                                    fresh.organization(),
                                    fresh.product());
                    if (products == 0) {
                        return new Beginning.NoSuchProduct();
                    }
                    Optional<Upload> same = same(transaction, fresh);
                    if (same.isPresent()) {
                        return new Beginning.Begun(same.get());
                    }
                    long open =
                            transaction.count(
                                    "SELECT count(*) FROM artifact_upload"
                                            + " WHERE organization_id = ?"
                                            + " AND artifact_id IS NULL",
                                    fresh.organization());
                    if (open >= most) {
                        return new Beginning.TooMany(most);
                    }
                    transaction.update(
                            "INSERT INTO artifact_upload (upload_id, organization_id, product_id,"
                                    + " name, sha256, byte_length, begun_us)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                            fresh.id(),
                            fresh.organization(),
                            fresh.product(),
                            fresh.name(),
                            fresh.hash(),
                            fresh.length(),
                            fresh.begunAt());
                    return new Beginning.Begun(fresh);
                });
    }

    private static Optional<Upload> same(Transaction transaction, Upload fresh)
            throws SQLException {
        return transaction.one(
                "SELECT * FROM artifact_upload WHERE organization_id = ? AND product_id = ?"
                        + " AND sha256 = ? AND byte_length = ? AND name = ?"
                        + " AND artifact_id IS NULL LIMIT 1",
                SqlVettingStore::upload,
                fresh.organization(),
                fresh.product(),
                fresh.hash(),
                fresh.length(),
                fresh.name());
    }

    @Override
    public Optional<Upload> upload(OrganizationId organization, UploadId id) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT * FROM artifact_upload"
                                        + " WHERE organization_id = ? AND upload_id = ?",
                                SqlVettingStore::upload,
                                organization,
                                id));
    }

    private static Upload upload(Row row) throws SQLException {
        return new Upload(
                new UploadId(row.uuid("upload_id")),
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                row.text("name"),
                new ArtifactHash(row.text("sha256")),
                row.number("byte_length"),
                row.instant("begun_us"),
                row.optionalText("artifact_id").map(UUID::fromString).map(ArtifactId::new));
    }

    @Override
    public VettedArtifact scanned(
            OrganizationId organization,
            UploadId upload,
            VettedArtifact artifact,
            List<VettedFinding> findings,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Instant at = artifact.scannedAt();
                    transaction.update(
                            "INSERT INTO product_artifact (artifact_id, organization_id,"
                                    + " product_id, name, sha256, byte_length, scanned_us,"
                                    + " rules_version, rules_sha256)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                    + " ON CONFLICT (product_id, sha256) DO UPDATE"
                                    + " SET scanned_us = excluded.scanned_us,"
                                    + " rules_version = excluded.rules_version,"
                                    + " rules_sha256 = excluded.rules_sha256",
                            artifact.id(),
                            organization,
                            artifact.product(),
                            artifact.name(),
                            artifact.hash(),
                            artifact.length(),
                            at,
                            artifact.rules().map(RuleSet::version).orElse(0L),
                            artifact.rules().map(RuleSet::sha256).orElse(""));
                    ArtifactId id =
                            find(transaction, organization, artifact.product(), artifact.hash(), at)
                                    .orElseThrow()
                                    .id();
                    FindingRows.replace(transaction, organization, id, findings);
                    transaction.update(
                            "UPDATE artifact_upload SET artifact_id = ?"
                                    + " WHERE organization_id = ? AND upload_id = ?",
                            id,
                            organization,
                            upload);
                    audit.append(transaction, event);
                    return find(transaction, organization, artifact.product(), artifact.hash(), at)
                            .orElseThrow();
                });
    }

    @Override
    public Optional<VettedArtifact> scannedAgain(
            OrganizationId organization,
            VettedArtifact seen,
            List<VettedFinding> findings,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    int there =
                            transaction.update(
                                    "UPDATE product_artifact SET scanned_us = ?, rules_version = ?,"
                                            + " rules_sha256 = ? WHERE organization_id = ?"
                                            + " AND artifact_id = ?",
                                    seen.scannedAt(),
                                    seen.rules().map(RuleSet::version).orElse(0L),
                                    seen.rules().map(RuleSet::sha256).orElse(""),
                                    organization,
                                    seen.id());
                    if (there == 0) {
                        return Optional.empty();
                    }
                    FindingRows.replace(transaction, organization, seen.id(), findings);
                    audit.append(transaction, event);
                    return find(transaction, organization, seen.id(), seen.scannedAt());
                });
    }

    @Override
    public Optional<VettedArtifact> artifact(
            OrganizationId organization, ArtifactId id, Instant now) {
        return database.read(statements -> find(statements, organization, id, now));
    }

    private static Optional<VettedArtifact> find(
            Statements statements, OrganizationId organization, ArtifactId id, Instant now)
            throws SQLException {
        return statements.one(
                ARTIFACT + " WHERE a.organization_id = ? AND a.artifact_id = ?",
                SqlVettingStore::artifact,
                now,
                now,
                organization,
                id);
    }

    @Override
    public Optional<VettedArtifact> artifact(
            OrganizationId organization, ProductId product, ArtifactHash hash, Instant now) {
        return database.read(statements -> find(statements, organization, product, hash, now));
    }

    private static Optional<VettedArtifact> find(
            Statements statements,
            OrganizationId organization,
            ProductId product,
            ArtifactHash hash,
            Instant now)
            throws SQLException {
        return statements.one(
                ARTIFACT + " WHERE a.organization_id = ? AND a.product_id = ? AND a.sha256 = ?",
                SqlVettingStore::artifact,
                now,
                now,
                organization,
                product,
                hash);
    }

    @Override
    public List<VettedArtifact> artifacts(
            OrganizationId organization,
            ProductId product,
            Optional<ArtifactId> after,
            int countMax,
            Instant now) {
        return database.read(
                statements ->
                        statements.list(
                                ARTIFACT
                                        + " WHERE a.organization_id = ? AND a.product_id = ?"
                                        + " AND a.artifact_id > ?"
                                        + " ORDER BY a.artifact_id LIMIT ?",
                                SqlVettingStore::artifact,
                                now,
                                now,
                                organization,
                                product,
                                after.map(ArtifactId::toString).orElse(""),
                                countMax));
    }

    private static VettedArtifact artifact(Row row) throws SQLException {
        return new VettedArtifact(
                new ArtifactId(row.uuid("artifact_id")),
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                row.text("name"),
                new ArtifactHash(row.text("sha256")),
                row.number("byte_length"),
                row.instant("scanned_us"),
                rules(row),
                row.number("blocking"));
    }

    private static Optional<RuleSet> rules(Row row) throws SQLException {
        String hash = row.text("rules_sha256");
        return hash.isEmpty()
                ? Optional.empty()
                : Optional.of(new RuleSet(row.number("rules_version"), hash));
    }

    @Override
    public List<VettedFinding> findings(
            OrganizationId organization, ArtifactId artifact, long after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT f.*, w.member_id, w.reason, w.given_us, w.expires_us"
                                        + " FROM artifact_finding f LEFT JOIN artifact_waiver w"
                                        + " ON w.artifact_id = f.artifact_id"
                                        + " AND w.fingerprint = f.fingerprint"
                                        + " WHERE f.organization_id = ? AND f.artifact_id = ?"
                                        + " AND f.place_number > ?"
                                        + " ORDER BY f.place_number LIMIT ?",
                                FindingRows::finding,
                                organization,
                                artifact,
                                after,
                                countMax));
    }

    @Override
    public boolean waive(
            OrganizationId organization, ArtifactId artifact, Waiver waiver, AuditEvent event) {
        return database.write(
                transaction -> {
                    long found =
                            transaction.count(
                                    "SELECT count(*) FROM artifact_finding"
                                            + " WHERE organization_id = ? AND artifact_id = ?"
                                            + " AND fingerprint = ? AND blocks = 1",
                                    organization,
                                    artifact,
                                    waiver.fingerprint().hex());
                    if (found == 0) {
                        return false;
                    }
                    transaction.update(
                            "INSERT INTO artifact_waiver (artifact_id, fingerprint,"
                                    + " organization_id, member_id, reason, given_us, expires_us)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?)"
                                    + " ON CONFLICT (artifact_id, fingerprint) DO UPDATE"
                                    + " SET member_id = excluded.member_id,"
                                    + " reason = excluded.reason, given_us = excluded.given_us,"
                                    + " expires_us = excluded.expires_us",
                            artifact,
                            waiver.fingerprint().hex(),
                            organization,
                            waiver.member(),
                            waiver.reason(),
                            waiver.givenAt(),
                            waiver.expiresAt());
                    audit.append(transaction, event);
                    return true;
                });
    }

    @Override
    public boolean unwaive(
            OrganizationId organization,
            ArtifactId artifact,
            Fingerprint fingerprint,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    int gone =
                            transaction.update(
                                    "DELETE FROM artifact_waiver WHERE organization_id = ?"
                                            + " AND artifact_id = ? AND fingerprint = ?",
                                    organization,
                                    artifact,
                                    fingerprint.hex());
                    if (gone == 0) {
                        return false;
                    }
                    audit.append(transaction, event);
                    return true;
                });
    }
}
