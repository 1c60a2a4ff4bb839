/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.RolloutJson;
import dev.breakwater.server.rollout.UpdateConsent;
import dev.breakwater.server.rollout.UpdatePolicy;
import dev.breakwater.server.rollout.UpdateStop;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.Optional;

/** Policies and kill switches as rows. */
final class UpdatePolicyRows {

    private UpdatePolicyRows() {}

    static boolean isStopped(Statements statements, OrganizationId organization)
            throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM update_stop WHERE organization_id = ?", organization)
                > 0;
    }

    static Optional<UpdateStop> stop(Statements statements, OrganizationId organization)
            throws SQLException {
        return statements.one(
                "SELECT * FROM update_stop WHERE organization_id = ?",
                row ->
                        new UpdateStop(
                                organization,
                                row.text("reason"),
                                row.text("stopped_by"),
                                row.instant("stopped_us")),
                organization);
    }

    static UpdatePolicy policy(Row row) throws SQLException {
        return new UpdatePolicy(
                UpdateConsent.of(row.text("consent")),
                row.integer("postponable_days"),
                row.integer("security_days"),
                row.optionalText("open_window").map(RolloutJson::read).map(RolloutJson::window),
                ZoneId.of(row.text("zone")));
    }
}
