/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.firewall.FirewallStore;
import dev.breakwater.server.firewall.OrganizationRules;
import dev.breakwater.server.firewall.ProductRules;
import dev.breakwater.server.firewall.RulesRefused;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Firewall rules as tables; what a rule says is one JSON document. */
public final class SqlFirewallStore implements FirewallStore {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** No rules; a row that says so counts for nothing. */
    private static final String NOTHING = "{}";

    private final Database database;
    private final SqlAuditLog audit;

    /** The rules within this database. */
    public SqlFirewallStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Optional<Stored<ProductRules>> rules(OrganizationId organization, ProductId product) {
        return database.read(statements -> ofProduct(statements, organization, product));
    }

    private static Optional<Stored<ProductRules>> ofProduct(
            Statements statements, OrganizationId organization, ProductId product)
            throws SQLException {
        return statements.one(
                "SELECT f.rules, COALESCE(f.version, 0) AS rules_version FROM product p"
                        + " LEFT JOIN product_firewall f ON f.product_id = p.product_id"
                        + " WHERE p.organization_id = ? AND p.product_id = ?",
                row -> {
                    String rules = row.optionalText("rules").orElse(NOTHING);
                    return new Stored<>(productRules(rules), row.number("rules_version"));
                },
                organization,
                product);
    }

    @Override
    public Stored<OrganizationRules> rules(OrganizationId organization) {
        return database.read(statements -> ofOrganization(statements, organization));
    }

    private static Stored<OrganizationRules> ofOrganization(
            Statements statements, OrganizationId organization) throws SQLException {
        return statements
                .one(
                        "SELECT rules, version FROM organization_firewall"
                                + " WHERE organization_id = ?",
                        row ->
                                new Stored<>(
                                        organizationRules(row.text("rules")),
                                        row.number("version")),
                        organization)
                .orElse(new Stored<>(OrganizationRules.NONE, 0));
    }

    @Override
    public Change<ProductRules> change(
            OrganizationId organization,
            ProductId product,
            ProductRules rules,
            Optional<Long> expectedVersion,
            int productsMax,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Stored<ProductRules>> found =
                            ofProduct(transaction, organization, product);
                    if (found.isEmpty()) {
                        return new Change.NoSuchProduct<>();
                    }
                    Stored<ProductRules> current = found.get();
                    if (expectedVersion.isPresent() && expectedVersion.get() != current.version()) {
                        return new Change.VersionMismatch<>(current);
                    }
                    if (current.rules().equals(rules)) {
                        return new Change.Changed<>(current);
                    }
                    if (current.rules().equals(ProductRules.NONE)
                            && ruledProducts(transaction, organization) >= productsMax) {
                        return new Change.TooMany<>(productsMax);
                    }
                    transaction.update(
                            "INSERT INTO product_firewall"
                                    + " (product_id, organization_id, rules, version)"
                                    + " VALUES (?, ?, ?, 1) ON CONFLICT (product_id) DO UPDATE"
                                    + " SET rules = excluded.rules,"
                                    + " version = product_firewall.version + 1",
                            product,
                            organization,
                            rules.equals(ProductRules.NONE)
                                    ? NOTHING
                                    : RulesText.of(rules).toString());
                    audit.append(transaction, event);
                    return new Change.Changed<>(
                            ofProduct(transaction, organization, product).orElseThrow());
                });
    }

    private static long ruledProducts(Transaction transaction, OrganizationId organization)
            throws SQLException {
        return transaction.count(
                "SELECT count(*) FROM product_firewall WHERE organization_id = ? AND rules <> ?",
                organization,
                NOTHING);
    }

    @Override
    public Change<OrganizationRules> change(
            OrganizationId organization,
            OrganizationRules rules,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Stored<OrganizationRules> current = ofOrganization(transaction, organization);
                    if (expectedVersion.isPresent() && expectedVersion.get() != current.version()) {
                        return new Change.VersionMismatch<>(current);
                    }
                    if (current.rules().equals(rules)) {
                        return new Change.Changed<>(current);
                    }
                    transaction.update(
                            "INSERT INTO organization_firewall (organization_id, rules, version)"
                                    + " VALUES (?, ?, 1) ON CONFLICT (organization_id) DO UPDATE"
                                    + " SET rules = excluded.rules,"
                                    + " version = organization_firewall.version + 1",
                            organization,
                            RulesText.of(rules).toString());
                    audit.append(transaction, event);
                    return new Change.Changed<>(ofOrganization(transaction, organization));
                });
    }

    @Override
    @Unscoped("they are all put in force when the server starts")
    public List<OfProduct> ofProducts(Optional<ProductId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT product_id, rules FROM product_firewall"
                                        + " WHERE product_id > ? ORDER BY product_id LIMIT ?",
                                row ->
                                        new OfProduct(
                                                new ProductId(row.uuid("product_id")),
                                                productRules(row.text("rules"))),
                                after.map(ProductId::toString).orElse(""),
                                countMax));
    }

    @Override
    @Unscoped("they are all put in force when the server starts")
    public List<OfOrganization> ofOrganizations(Optional<OrganizationId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT organization_id, rules FROM organization_firewall"
                                        + " WHERE organization_id > ?"
                                        + " ORDER BY organization_id LIMIT ?",
                                row ->
                                        new OfOrganization(
                                                new OrganizationId(row.uuid("organization_id")),
                                                organizationRules(row.text("rules"))),
                                after.map(OrganizationId::toString).orElse(""),
                                countMax));
    }

    private static ProductRules productRules(String rules) throws SQLException {
        try {
            return RulesText.product(JSON.readTree(rules));
        } catch (RulesRefused damaged) {
            throw new SQLException("the stored rules of a product are damaged", damaged);
        }
    }

    private static OrganizationRules organizationRules(String rules) throws SQLException {
        try {
            return RulesText.organization(JSON.readTree(rules));
        } catch (RulesRefused damaged) {
            throw new SQLException("the stored rules of an organization are damaged", damaged);
        }
    }
}
