/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.guidance.GuidanceRefused;
import dev.breakwater.server.guidance.GuidanceStore;
import dev.breakwater.server.guidance.GuidanceText;
import dev.breakwater.server.guidance.OwnerGuidance;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Guidance as one row for each product that has some; what it says is one JSON document. */
public final class SqlGuidanceStore implements GuidanceStore {

    /** No guidance: what a product without a row has, too. */
    private static final String NOTHING = "{}";

    private final Database database;
    private final SqlAuditLog audit;

    /** The guidance within this database. */
    public SqlGuidanceStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Optional<Stored> of(OrganizationId organization, ProductId product) {
        return database.read(statements -> find(statements, organization, product));
    }

    private static Optional<Stored> find(
            Statements statements, OrganizationId organization, ProductId product)
            throws SQLException {
        return statements.one(
                "SELECT g.guidance, COALESCE(g.version, 0) AS guidance_version FROM product p"
                        + " LEFT JOIN product_guidance g ON g.product_id = p.product_id"
                        + " WHERE p.organization_id = ? AND p.product_id = ?",
                SqlGuidanceStore::stored,
                organization,
                product);
    }

    @Override
    @Unscoped("its maker has published it, for whoever has the product in hand")
    public Stored published(ProductId product) {
        return database.read(
                        statements ->
                                statements.one(
                                        "SELECT guidance, version AS guidance_version"
                                                + " FROM product_guidance WHERE product_id = ?",
                                        SqlGuidanceStore::stored,
                                        product))
                .orElse(Stored.NOTHING);
    }

    private static Stored stored(Row row) throws SQLException {
        String guidance = row.optionalText("guidance").orElse(NOTHING);
        try {
            return new Stored(
                    GuidanceText.read(JsonMapper.shared().readTree(guidance)),
                    row.number("guidance_version"));
        } catch (GuidanceRefused damaged) {
            throw new SQLException("the stored guidance of a product is damaged", damaged);
        }
    }

    @Override
    public Change change(
            OrganizationId organization,
            ProductId product,
            OwnerGuidance guidance,
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
                    if (current.guidance().equals(guidance)) {
                        return new Change.Changed(current);
                    }
                    transaction.update(
                            "INSERT INTO product_guidance"
                                    + " (product_id, organization_id, guidance, version)"
                                    + " VALUES (?, ?, ?, 1) ON CONFLICT (product_id) DO UPDATE"
                                    + " SET guidance = excluded.guidance,"
                                    + " version = product_guidance.version + 1",
                            product,
                            organization,
                            GuidanceText.of(guidance).toString());
                    audit.append(transaction, event);
                    return new Change.Changed(
                            find(transaction, organization, product).orElseThrow());
                });
    }
}
