/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.Disposal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What goes with a device that its owner gives away: all that it told and was told, and whose it
 * was. The audit log stays, and so does the row of the device, which is revoked: they are the
 * maker's record, and say nothing of what the owner did with it.
 *
 * <p>Readings lie in blocks that hold those of many devices. They cannot be found from here on, by
 * anybody, and their bytes go with the blocks, when readings of that age go ({@code
 * telemetry-days}).
 */
final class DisposedRows {

    private final SqlAuditLog audit;
    private final SharedRows shared;

    DisposedRows(SqlAuditLog audit) {
        this.audit = audit;
        this.shared = new SharedRows(audit);
    }

    /** Deletes it, if the device is being given away and that has not been done. */
    void delete(Transaction transaction, OrganizationId organization, DeviceId device, Instant now)
            throws SQLException {
        Optional<Disposal> ordered =
                transaction.one(
                        "SELECT * FROM device_disposal WHERE organization_id = ?"
                                + " AND device_id = ? AND done_us IS NULL",
                        DisposedRows::disposal,
                        organization,
                        device);
        if (ordered.isEmpty()) {
            return;
        }
        Disposal disposal = ordered.get();
        deleteWhatItTold(transaction, device);
        // Most have ended with the intention; this is what was offered or accepted since.
        shared.end(
                transaction,
                organization,
                device,
                new Actor.Person(disposal.from().toString()),
                "given-away",
                now);
        transaction.update("DELETE FROM device_owner WHERE device_id = ?", device);
        transaction.update("DELETE FROM device_transfer WHERE device_id = ?", device);
        transaction.update("DELETE FROM device_theft WHERE device_id = ?", device);
        transaction.update(
                "DELETE FROM setup_ticket WHERE organization_id = ? AND serial = ?"
                        + " AND used_us IS NULL",
                organization,
                disposal.serial());
        transaction.update(
                "UPDATE device_label SET device_id = NULL, promised_to = ?, promised_until_us = ?"
                        + " WHERE organization_id = ? AND serial = ?",
                disposal.promise().map(Disposal.Promise::to).orElse(null),
                disposal.promise().map(Disposal.Promise::until).orElse(null),
                organization,
                disposal.serial());
        transaction.update(
                "UPDATE device_disposal SET done_us = ? WHERE device_id = ?", now, device);
        audit.append(transaction, event(disposal));
    }

    private static void deleteWhatItTold(Transaction transaction, DeviceId device)
            throws SQLException {
        transaction.update("DELETE FROM twin WHERE device_id = ?", device);
        transaction.update("DELETE FROM command WHERE device_id = ?", device);
        transaction.update(
                "DELETE FROM telemetry_index WHERE device_no IN"
                        + " (SELECT device_no FROM telemetry_device WHERE device_id = ?)",
                device);
        transaction.update("UPDATE telemetry_device SET forgotten = 1 WHERE device_id = ?", device);
    }

    private static AuditEvent event(Disposal disposal) {
        Map<String, String> details = new HashMap<>();
        details.put("serial", disposal.serial().text());
        disposal.promise().ifPresent(promise -> details.put("to", promise.to().toString()));
        return AuditEvent.of(
                disposal.organization(),
                new Actor.Person(disposal.from().toString()),
                disposal.promise().isPresent()
                        ? AuditAction.DEVICE_TRANSFERRED
                        : AuditAction.DEVICE_RELEASED,
                "device:" + disposal.device(),
                details);
    }

    static Disposal disposal(Row row) throws SQLException {
        Optional<MemberId> to =
                row.optionalText("promised_to").map(UUID::fromString).map(MemberId::new);
        Optional<Instant> until = row.optionalInstant("promised_until_us");
        return new Disposal(
                new OrganizationId(row.uuid("organization_id")),
                new DeviceId(row.uuid("device_id")),
                new DeviceSerial(row.text("serial")),
                new MemberId(row.uuid("member_id")),
                to.isPresent() && until.isPresent()
                        ? Optional.of(new Disposal.Promise(to.get(), until.get()))
                        : Optional.empty(),
                row.instant("ordered_us"));
    }
}
