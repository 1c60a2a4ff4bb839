/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which devices have how much assurance. */
final class AssuranceRows {

    /** Has as many places as there are levels. */
    private static final String ONE_OF = "device_proof.assurance IN (?, ?, ?, ?)";

    /** What the registry would admit, but for its assurance. */
    private static final String GOOD_CREDENTIAL =
            "SELECT 1 FROM device_proof WHERE device_proof.device_id = device.device_id"
                    + " AND device_proof.status = 'ACTIVE'"
                    + " AND device_proof.generation >= device.confirmed_generation"
                    + " AND device_proof.not_before_us <= ? AND device_proof.not_after_us > ?";

    private AssuranceRows() {}

    static long excluded(
            Statements statements,
            OrganizationId organization,
            ProductId product,
            Assurance lowest,
            Instant now)
            throws SQLException {
        return statements
                .one(
                        "SELECT count(*) AS devices FROM device"
                                + " WHERE organization_id = ? AND product_id = ?"
                                + " AND device.status = 'ACTIVE' AND EXISTS ("
                                + GOOD_CREDENTIAL
                                + ") AND NOT EXISTS ("
                                + GOOD_CREDENTIAL
                                + " AND "
                                + ONE_OF
                                + ")",
                        row -> row.number("devices"),
                        values(List.of(organization, product, now, now, now, now), enough(lowest)))
                .orElse(0L);
    }

    static List<DeviceId> below(
            Statements statements,
            OrganizationId organization,
            ProductId product,
            Assurance lowest,
            Optional<DeviceId> after,
            int countMax)
            throws SQLException {
        return statements.list(
                "SELECT device_id FROM device WHERE organization_id = ? AND product_id = ?"
                        + " AND device_id > ? AND EXISTS (SELECT 1 FROM device_proof"
                        + " WHERE device_proof.device_id = device.device_id"
                        + " AND device_proof.status = 'ACTIVE' AND NOT "
                        + ONE_OF
                        + ") ORDER BY device_id LIMIT ?",
                row -> new DeviceId(row.uuid("device_id")),
                values(
                        List.of(organization, product, after.map(DeviceId::toString).orElse("")),
                        enough(lowest),
                        List.of(countMax)));
    }

    /** The levels that are enough, the highest as often as there are places left. */
    private static List<String> enough(Assurance lowest) {
        return Arrays.stream(Assurance.values())
                .map(level -> level.meets(lowest) ? level : Assurance.ATTESTED)
                .map(Assurance::name)
                .toList();
    }

    private static Object[] values(List<?>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toArray();
    }
}
