/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.ShareRight;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shares of devices, for whatever ends them in a transaction of its own: that the device is
 * given away, revoked, reported stolen or set up again, or that its owner is one no longer.
 */
final class SharedRows {

    /** What a member has of shares that count; bound are organization, member and moment. */
    static final String OF_MEMBER =
            " WHERE organization_id = ? AND member_id = ? AND (ends_us IS NULL OR ends_us > ?)";

    private final SqlAuditLog audit;

    SharedRows(SqlAuditLog audit) {
        this.audit = audit;
    }

    /** A row that is to be deleted; an offer is with nobody. */
    private record Ended(
            String share, DeviceId device, String right, Optional<String> with, boolean over) {

        static Ended of(Row row, Instant now) throws SQLException {
            return new Ended(
                    row.text("share_id"),
                    new DeviceId(row.uuid("device_id")),
                    row.text("share_right"),
                    row.optionalText("member_id"),
                    row.optionalInstant("ends_us").filter(ends -> !ends.isAfter(now)).isPresent());
        }
    }

    /** What a member may do with a device that somebody else shares with them. */
    static Optional<ShareRight> right(
            Statements statements,
            OrganizationId organization,
            MemberId member,
            DeviceId device,
            Instant at)
            throws SQLException {
        return statements.one(
                "SELECT share_right FROM device_share" + OF_MEMBER + " AND device_id = ?",
                row -> ShareRight.parse(row.text("share_right")),
                organization,
                member,
                at,
                device);
    }

    /** Ends all shares and offers of a device. */
    void end(
            Transaction transaction,
            OrganizationId organization,
            DeviceId device,
            Actor actor,
            String why,
            Instant now)
            throws SQLException {
        end(
                transaction,
                organization,
                actor,
                why,
                now,
                " WHERE organization_id = ? AND device_id = ?",
                organization,
                device);
    }

    /** Ends what somebody shared of a device and, if it was shared with them before, that too. */
    void endOf(Transaction transaction, OrganizationId organization, DeviceOwner owner, Actor actor)
            throws SQLException {
        end(
                transaction,
                organization,
                actor,
                "owner-removed",
                owner.since(),
                " WHERE organization_id = ? AND device_id = ? AND (owner_id = ? OR member_id = ?)",
                organization,
                owner.device(),
                owner.member(),
                owner.member());
    }

    /**
     * Ends the rows of a condition. What its time has ended before is deleted without another word.
     *
     * @return how many shares and offers were ended
     */
    int end(
            Transaction transaction,
            OrganizationId organization,
            Actor actor,
            String why,
            Instant now,
            String where,
            Object... values)
            throws SQLException {
        List<Ended> rows =
                transaction.list(
                        "SELECT share_id, device_id, share_right, member_id, ends_us"
                                + " FROM device_share"
                                + where
                                + " ORDER BY share_id",
                        row -> Ended.of(row, now),
                        values);
        transaction.update("DELETE FROM device_share" + where, values);
        int ended = 0;
        for (Ended row : rows) {
            if (!row.over()) {
                audit.append(transaction, event(organization, actor, why, row));
                ended++;
            }
        }
        return ended;
    }

    private static AuditEvent event(
            OrganizationId organization, Actor actor, String why, Ended row) {
        Map<String, String> details = new HashMap<>();
        details.put("share", row.share());
        details.put("right", row.right());
        details.put("why", why);
        row.with().ifPresent(member -> details.put("member", member));
        return AuditEvent.of(
                organization,
                actor,
                AuditAction.DEVICE_SHARE_ENDED,
                "device:" + row.device(),
                details);
    }
}
