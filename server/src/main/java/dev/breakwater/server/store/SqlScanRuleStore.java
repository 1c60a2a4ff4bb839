/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.vetting.ScanRuleStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Each organization's own scan rules as one row; what was removed leaves its version. */
public final class SqlScanRuleStore implements ScanRuleStore {

    private static final OwnRules NONE = new OwnRules(0, new byte[0]);

    private final Database database;
    private final SqlAuditLog audit;

    /** The rules within this database. */
    public SqlScanRuleStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public OwnRules rules(OrganizationId organization) {
        return database.read(statements -> rules(statements, organization));
    }

    private static OwnRules rules(Statements statements, OrganizationId organization)
            throws SQLException {
        return statements
                .one(
                        "SELECT * FROM scan_rules WHERE organization_id = ?",
                        row -> new OwnRules(row.number("version"), row.bytes("content")),
                        organization)
                .orElse(NONE);
    }

    @Override
    public Outcome replace(
            OrganizationId organization,
            byte[] file,
            Optional<Long> expectedVersion,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    OwnRules before = rules(transaction, organization);
                    if (expectedVersion.isPresent() && expectedVersion.get() != before.version()) {
                        return new Outcome.VersionMismatch(before.version());
                    }
                    if (Arrays.equals(before.file(), file)) {
                        return new Outcome.Changed(before);
                    }
                    OwnRules now = new OwnRules(before.version() + 1, file);
                    transaction.update(
                            "INSERT INTO scan_rules (organization_id, version, content, changed_us)"
                                    + " VALUES (?, ?, ?, ?) ON CONFLICT (organization_id)"
                                    + " DO UPDATE SET version = excluded.version,"
                                    + " content = excluded.content,"
                                    + " changed_us = excluded.changed_us",
                            organization,
                            now.version(),
                            file,
                            at);
                    audit.append(transaction, event);
                    return new Outcome.Changed(now);
                });
    }
}
