/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.rollout.Candidate;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RunningFirmware;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What devices say they run, as rows. */
final class FirmwareRows {

    /**
     * Written only when it differs: a device says it at every start.
     *
     * @return what it said before
     */
    Optional<RunningFirmware> keep(
            Transaction transaction,
            OrganizationId organization,
            DeviceId device,
            RunningFirmware running)
            throws SQLException {
        Optional<RunningFirmware> before = find(transaction, organization, device);
        if (before.filter(running::saysThe).isPresent()) {
            return before;
        }
        int _ =
                transaction.update(
                        "INSERT INTO device_firmware (device_id, organization_id, sha256, version, counter,"
                                + " hardware, healthy, said_us) SELECT device_id, organization_id, ?, ?, ?,"
                                + " ?, ?, ? FROM device WHERE organization_id = ? AND device_id = ?"
                                + " ON CONFLICT (device_id) DO UPDATE SET sha256 = excluded.sha256,"
                                + " version = excluded.version, counter = excluded.counter,"
                                + " hardware = excluded.hardware, healthy = excluded.healthy,"
                                + " said_us = excluded.said_us",
                        running.hash().map(ReleaseHash::hex).orElse(""),
                        running.version(),
                        running.counter(),
                        running.hardware(),
                        running.healthy(),
                        running.saidAt(),
                        organization,
                        device);
        return before;
    }

    Optional<RunningFirmware> find(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.one(
                "SELECT * FROM device_firmware WHERE organization_id = ? AND device_id = ?",
                FirmwareRows::running,
                organization,
                device);
    }

    List<Candidate> candidates(
            Statements statements,
            OrganizationId organization,
            ProductId product,
            Optional<DeviceId> after,
            int countMax)
            throws SQLException {
        return statements.list(
                "SELECT d.*, f.sha256, f.version AS firmware, f.counter, f.hardware, f.healthy,"
                        + " f.said_us, u.rollout_id, "
                        + TagRows.OF_DEVICE
                        + " AS tags FROM device d"
                        + " LEFT JOIN device_firmware f ON f.device_id = d.device_id"
                        + " LEFT JOIN device_update u ON u.device_id = d.device_id AND u.live = 1"
                        + " WHERE d.organization_id = ? AND d.product_id = ? AND d.device_id > ?"
                        + " ORDER BY d.device_id LIMIT ?",
                FirmwareRows::candidate,
                organization,
                product,
                after.map(DeviceId::toString).orElse(""),
                countMax);
    }

    private static Candidate candidate(Row row) throws SQLException {
        Optional<RunningFirmware> running =
                row.optionalText("sha256").isPresent()
                        ? Optional.of(running(row, "firmware"))
                        : Optional.empty();
        return new Candidate(
                SqlDeviceStore.device(row),
                running,
                TagRows.read(row, "tags"),
                row.optionalText("rollout_id").map(UUID::fromString).map(RolloutId::new));
    }

    private static RunningFirmware running(Row row) throws SQLException {
        return running(row, "version");
    }

    private static RunningFirmware running(Row row, String version) throws SQLException {
        return new RunningFirmware(
                row.optionalText("sha256").filter(hex -> !hex.isEmpty()).map(ReleaseHash::new),
                row.text(version),
                row.number("counter"),
                row.text("hardware"),
                row.flag("healthy"),
                row.instant("said_us"));
    }
}
