/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.RolloutJson;
import dev.breakwater.server.rollout.UpdatePolicy;
import dev.breakwater.server.rollout.UpdatePolicyStore;
import dev.breakwater.server.rollout.UpdateStop;
import java.sql.SQLException;
import java.util.Optional;

/** How products take updates, and who has stopped them, as tables. */
public final class SqlUpdatePolicyStore implements UpdatePolicyStore {

    private final Database database;
    private final SqlAuditLog audit;

    /** The policies within this database. */
    public SqlUpdatePolicyStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Stated policy(OrganizationId organization, ProductId product) {
        return database.read(statements -> stated(statements, organization, product));
    }

    private static Stated stated(
            Statements statements, OrganizationId organization, ProductId product)
            throws SQLException {
        return statements
                .one(
                        "SELECT * FROM update_policy WHERE organization_id = ? AND product_id = ?",
                        row ->
                                new Stated(
                                        Optional.of(UpdatePolicyRows.policy(row)),
                                        row.number("version")),
                        organization,
                        product)
                .orElse(new Stated(Optional.empty(), 0));
    }

    @Override
    public Outcome change(
            OrganizationId organization,
            ProductId product,
            UpdatePolicy policy,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    long products =
                            transaction.count(
                                    "SELECT count(*) FROM product"
                                            + " WHERE organization_id = ? AND product_id = ?",
                                    organization,
                                    product);
                    if (products == 0) {
                        return Outcome.NO_SUCH_PRODUCT;
                    }
                    Stated before = stated(transaction, organization, product);
                    if (expectedVersion.isPresent() && expectedVersion.get() != before.version()) {
                        return Outcome.VERSION_MISMATCH;
                    }
                    if (before.policy().equals(Optional.of(policy))) {
                        return Outcome.CHANGED;
                    }
                    transaction.update(
                            "INSERT INTO update_policy (product_id, organization_id, consent,"
                                    + " postponable_days, security_days, open_window, zone, version)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (product_id)"
                                    + " DO UPDATE SET consent = excluded.consent,"
                                    + " postponable_days = excluded.postponable_days,"
                                    + " security_days = excluded.security_days,"
                                    + " open_window = excluded.open_window, zone = excluded.zone,"
                                    + " version = update_policy.version + 1",
                            product,
                            organization,
                            policy.consent().code(),
                            policy.postponableDays(),
                            policy.securityDays(),
                            RolloutJson.text(policy.window()).orElse(null),
                            policy.zone().getId());
                    audit.append(transaction, event);
                    return Outcome.CHANGED;
                });
    }

    @Override
    public Optional<UpdateStop> stop(OrganizationId organization) {
        return database.read(statements -> UpdatePolicyRows.stop(statements, organization));
    }

    @Override
    public UpdateStop throwStop(UpdateStop stop, AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<UpdateStop> before =
                            UpdatePolicyRows.stop(transaction, stop.organization());
                    if (before.isPresent()) {
                        return before.get();
                    }
                    transaction.update(
                            "INSERT INTO update_stop (organization_id, reason, stopped_by,"
                                    + " stopped_us) VALUES (?, ?, ?, ?)",
                            stop.organization(),
                            stop.reason(),
                            stop.by(),
                            stop.at());
                    audit.append(transaction, event);
                    return stop;
                });
    }

    @Override
    public boolean liftStop(OrganizationId organization, AuditEvent event) {
        return database.write(
                transaction -> {
                    boolean lifted =
                            transaction.update(
                                            "DELETE FROM update_stop WHERE organization_id = ?",
                                            organization)
                                    == 1;
                    if (lifted) {
                        audit.append(transaction, event);
                    }
                    return lifted;
                });
    }
}
