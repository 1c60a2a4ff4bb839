/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.identity.OrganizationChange;
import dev.breakwater.server.identity.OrganizationStore;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Organizations as a table. */
public final class SqlOrganizationStore implements OrganizationStore {

    private final Database database;
    private final SqlAuditLog audit;

    /** The organizations within this database. */
    public SqlOrganizationStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    @Unscoped("the organization is only being made")
    public Organization add(Organization organization, AuditEvent event) {
        return database.write(
                transaction -> {
                    insert(transaction, organization);
                    audit.append(transaction, event);
                    return organization;
                });
    }

    @Override
    public Optional<Organization> organization(OrganizationId id) {
        return database.read(statements -> one(statements, id));
    }

    @Override
    @Unscoped("lists the scopes themselves, for whoever runs the server")
    public List<Organization> organizations(Optional<OrganizationId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM organization WHERE organization_id > ?"
                                        + " ORDER BY organization_id LIMIT ?",
                                SqlOrganizationStore::organization,
                                after.map(OrganizationId::toString).orElse(""),
                                countMax));
    }

    @Override
    public Optional<Organization> enable(OrganizationId id, boolean enabled, AuditEvent event) {
        return database.write(
                transaction -> {
                    int changed =
                            transaction.update(
                                    "UPDATE organization SET enabled = ? WHERE organization_id = ?",
                                    enabled,
                                    id);
                    if (changed == 1) {
                        audit.append(transaction, event);
                    }
                    return one(transaction, id);
                });
    }

    @Override
    public OrganizationChange change(
            OrganizationId id,
            Optional<Long> expectedVersion,
            UnaryOperator<Organization> change,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Organization> found = one(transaction, id);
                    if (found.isEmpty()) {
                        return new OrganizationChange.NoSuchOrganization();
                    }
                    Organization current = found.get();
                    if (expectedVersion.isPresent() && expectedVersion.get() != current.version()) {
                        return new OrganizationChange.VersionMismatch(current);
                    }
                    Organization wanted = change.apply(current);
                    if (wanted.equals(current)) {
                        return new OrganizationChange.Changed(current);
                    }
                    transaction.update(
                            "UPDATE organization SET name = ?, second_factor_required = ?,"
                                    + " version = version + 1 WHERE organization_id = ?",
                            wanted.name(),
                            wanted.secondFactorRequired(),
                            id);
                    audit.append(transaction, event);
                    return new OrganizationChange.Changed(one(transaction, id).orElseThrow());
                });
    }

    static void insert(Transaction transaction, Organization organization) throws SQLException {
        transaction.update(
                "INSERT INTO organization (organization_id, name, enabled, created_us)"
                        + " VALUES (?, ?, ?, ?)",
                organization.id(),
                organization.name(),
                organization.enabled(),
                organization.createdAt());
    }

    private static Optional<Organization> one(Statements statements, OrganizationId id)
            throws SQLException {
        return statements.one(
                "SELECT * FROM organization WHERE organization_id = ?",
                SqlOrganizationStore::organization,
                id);
    }

    private static Organization organization(Row row) throws SQLException {
        return new Organization(
                new OrganizationId(row.uuid("organization_id")),
                row.text("name"),
                row.flag("enabled"),
                row.flag("second_factor_required"),
                row.instant("created_us"),
                row.number("version"));
    }
}
