/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.release.OnlineKeys;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseState;
import dev.breakwater.server.release.ReleaseStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Repositories as one row each, beside their files and the releases that these name. */
public final class SqlReleaseStore implements ReleaseStore {

    /** More than a file of targets can name. */
    private static final int RELEASES_MAX = 20_000;

    /**
     * Editions of targets and snapshot that are kept: a device that has read the timestamp before a
     * change still finds what it points to, and people can look at what was signed before.
     */
    private static final int EDITIONS_KEPT = 8;

    private final Database database;
    private final SqlAuditLog audit;

    /** The repositories within this database. */
    public SqlReleaseStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Optional<Repository> repository(OrganizationId organization, ProductId product) {
        return database.read(statements -> repository(statements, organization, product));
    }

    private static Optional<Repository> repository(
            Statements statements, OrganizationId organization, ProductId product)
            throws SQLException {
        List<SealedKey> keys = OnlineKeyRows.of(statements, organization, product);
        Optional<Repository> begun =
                statements.one(
                        "SELECT * FROM update_repository"
                                + " WHERE organization_id = ? AND product_id = ?",
                        row -> repository(row, keys),
                        organization,
                        product);
        if (begun.isPresent()) {
            return begun;
        }
        return statements.one(
                "SELECT product_id FROM product WHERE organization_id = ? AND product_id = ?",
                _ ->
                        new Repository(
                                organization,
                                product,
                                OnlineKeys.NONE,
                                0,
                                Versions.NONE,
                                0,
                                Optional.empty(),
                                Optional.empty()),
                organization,
                product);
    }

    @Override
    public boolean prepare(Repository before, SealedKey fresh, List<AuditEvent> events) {
        return database.write(
                transaction -> {
                    if (!OnlineKeyRows.prepare(transaction, before, fresh)) {
                        return false;
                    }
                    for (AuditEvent event : events) {
                        audit.append(transaction, event);
                    }
                    return true;
                });
    }

    @Override
    public Optional<byte[]> file(OrganizationId organization, ProductId product, String name) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT content FROM update_metadata WHERE product_id = ?"
                                        + " AND name = ? AND organization_id = ?",
                                row -> row.bytes("content"),
                                product,
                                name,
                                organization));
    }

    @Override
    public Optional<Instant> expiry(OrganizationId organization, ProductId product, String name) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT expires_us FROM update_metadata WHERE product_id = ?"
                                        + " AND name = ? AND organization_id = ?",
                                row -> row.instant("expires_us"),
                                product,
                                name,
                                organization));
    }

    @Override
    public boolean change(Repository before, Change change, List<AuditEvent> events) {
        return database.write(
                transaction -> {
                    Versions versions = change.versions();
                    int changed =
                            transaction.update(
                                    "UPDATE update_repository SET revision = revision + 1,"
                                            + " root_version = ?, targets_version = ?,"
                                            + " snapshot_version = ?, timestamp_version = ?,"
                                            + " root_key = ?, director_key = ?,"
                                            + " prepared_key = ?,"
                                            + " counter_max = ?, offline_end_us = ?,"
                                            + " sign_again_us = ? WHERE organization_id = ?"
                                            + " AND product_id = ? AND revision = ?",
                                    versions.root(),
                                    versions.targets(),
                                    versions.snapshot(),
                                    versions.timestamp(),
                                    change.keys().root(),
                                    change.keys().director(),
                                    change.keys().prepared(),
                                    change.counterMax(),
                                    change.offlineEnd().orElse(null),
                                    change.signAgainAt().orElse(null),
                                    before.organization(),
                                    before.product(),
                                    before.revision());
                    if (changed == 0) {
                        return false;
                    }
                    for (MetadataFile file : change.files()) {
                        put(transaction, before, file);
                    }
                    for (ReleaseId gone : change.withdrawn()) {
                        withdraw(transaction, before.organization(), gone);
                    }
                    for (Release release : change.published()) {
                        insert(transaction, release);
                    }
                    forget(transaction, before, "snapshot", versions.snapshot());
                    forget(transaction, before, "targets", versions.targets());
                    OnlineKeyRows.destroy(transaction, before, change.keys());
                    for (AuditEvent event : events) {
                        audit.append(transaction, event);
                    }
                    return true;
                });
    }

    private static void put(Transaction transaction, Repository of, MetadataFile file)
            throws SQLException {
        transaction.update(
                "INSERT INTO update_metadata (product_id, name, organization_id, file_role,"
                        + " file_version, expires_us, content) VALUES (?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (product_id, name) DO UPDATE"
                        + " SET file_version = excluded.file_version,"
                        + " expires_us = excluded.expires_us, content = excluded.content",
                of.product(),
                file.name(),
                of.organization(),
                file.role(),
                file.version(),
                file.expires(),
                file.content());
    }

    /** Of roots all are kept: a device that was long away walks through every one of them. */
    private static void forget(Transaction transaction, Repository of, String role, long version)
            throws SQLException {
        transaction.update(
                "DELETE FROM update_metadata WHERE product_id = ? AND organization_id = ?"
                        + " AND file_role = ? AND file_version <= ?",
                of.product(),
                of.organization(),
                role,
                version - EDITIONS_KEPT);
    }

    private static void withdraw(
            Transaction transaction, OrganizationId organization, ReleaseId release)
            throws SQLException {
        transaction.update(
                "UPDATE product_release SET state = ? WHERE organization_id = ? AND release_id = ?",
                ReleaseState.WITHDRAWN,
                organization,
                release);
    }

    private static void insert(Transaction transaction, Release release) throws SQLException {
        transaction.update(
                "INSERT INTO product_release (release_id, organization_id, product_id, path,"
                        + " byte_length, sha256, counter, description, state, published_us)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                release.id(),
                release.organization(),
                release.product(),
                release.path(),
                release.length(),
                release.hash(),
                release.description().releaseCounter(),
                ReleaseText.of(release.description()),
                release.state(),
                release.publishedAt());
    }

    @Override
    public Optional<Release> find(OrganizationId organization, ReleaseId release) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT * FROM product_release"
                                        + " WHERE organization_id = ? AND release_id = ?",
                                ReleaseText::release,
                                organization,
                                release));
    }

    @Override
    public List<Release> of(
            OrganizationId organization,
            ProductId product,
            Optional<ReleaseId> after,
            int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM product_release WHERE organization_id = ?"
                                        + " AND product_id = ? AND release_id > ?"
                                        + " ORDER BY release_id LIMIT ?",
                                ReleaseText::release,
                                organization,
                                product,
                                after.map(ReleaseId::toString).orElse(""),
                                countMax));
    }

    @Override
    public Optional<Release> published(
            OrganizationId organization, ProductId product, ReleaseHash hash) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT * FROM product_release WHERE product_id = ?"
                                        + " AND sha256 = ? AND organization_id = ? AND state = ?"
                                        + " ORDER BY counter DESC LIMIT 1",
                                ReleaseText::release,
                                product,
                                hash,
                                organization,
                                ReleaseState.PUBLISHED));
    }

    @Override
    public List<Release> published(OrganizationId organization, ProductId product) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM product_release WHERE organization_id = ?"
                                        + " AND product_id = ? AND state = ?"
                                        + " ORDER BY counter LIMIT ?",
                                ReleaseText::release,
                                organization,
                                product,
                                ReleaseState.PUBLISHED,
                                RELEASES_MAX));
    }

    @Override
    public Optional<Directed> directed(
            OrganizationId organization, ProductId product, ReleaseId release) {
        return database.write(
                transaction -> {
                    int counted =
                            transaction.update(
                                    "UPDATE update_repository SET directed = directed + 1"
                                            + " WHERE organization_id = ? AND product_id = ?"
                                            + " AND EXISTS (SELECT 1 FROM product_release r"
                                            + " WHERE r.release_id = ? AND r.state = ?"
                                            + " AND r.product_id = update_repository.product_id)",
                                    organization,
                                    product,
                                    release,
                                    ReleaseState.PUBLISHED);
                    return counted == 0
                            ? Optional.empty()
                            : transaction.one(
                                    "SELECT r.directed, k.* FROM update_repository r"
                                            + " JOIN update_online_key k"
                                            + " ON k.product_id = r.product_id"
                                            + " AND k.key_number = r.director_key"
                                            + " WHERE r.organization_id = ? AND r.product_id = ?",
                                    row ->
                                            new Directed(
                                                    row.number("directed"), OnlineKeyRows.key(row)),
                                    organization,
                                    product);
                });
    }

    @Override
    @Unscoped("the server signs again for whoever it is time")
    public List<Due> toSignAgain(Instant now, Instant latest, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM update_repository WHERE sign_again_us <= ?"
                                        + " OR sign_again_us > ? ORDER BY sign_again_us LIMIT ?",
                                row ->
                                        new Due(
                                                new OrganizationId(row.uuid("organization_id")),
                                                new ProductId(row.uuid("product_id"))),
                                now,
                                latest,
                                countMax));
    }

    @Override
    @Unscoped("the server tells its operator whose signers have to meet soon")
    public List<Ending> ending(Instant before, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM update_repository WHERE offline_end_us < ?"
                                        + " ORDER BY offline_end_us LIMIT ?",
                                row ->
                                        new Ending(
                                                new OrganizationId(row.uuid("organization_id")),
                                                new ProductId(row.uuid("product_id")),
                                                row.instant("offline_end_us")),
                                before,
                                countMax));
    }

    private static Repository repository(Row row, List<SealedKey> keys) throws SQLException {
        return new Repository(
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                new OnlineKeys(
                        keys,
                        new OnlineKeys.Roles(
                                row.number("root_key"),
                                row.number("director_key"),
                                row.number("prepared_key")),
                        row.number("keys_made")),
                row.number("revision"),
                new Versions(
                        row.number("root_version"),
                        row.number("targets_version"),
                        row.number("snapshot_version"),
                        row.number("timestamp_version")),
                row.number("counter_max"),
                row.optionalInstant("offline_end_us"),
                row.optionalInstant("sign_again_us"));
    }
}
