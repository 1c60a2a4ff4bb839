/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.tag.DeviceTag;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tags of devices as rows; what lists devices goes through it in groups of one size. */
final class TagRows {

    /** So many devices are named in one statement. */
    private static final int GROUP = 100;

    /** Bound are the devices of a group; places that nobody takes are bound as the empty text. */
    static final String GROUPED = " IN (" + "?, ".repeat(GROUP - 1) + "?)";

    /** All tags of the device d in one text, which {@link #read} reads; null if there is none. */
    static final String OF_DEVICE =
            "(SELECT string_agg(t.tag, ' ') FROM device_tag t WHERE t.device_id = d.device_id)";

    private TagRows() {}

    /** Something that is done with each group. */
    interface Work {

        /** The values are those of the group, behind the ones that were given. */
        void with(@Nullable Object... values) throws SQLException;
    }

    /** Goes through these in groups. */
    static void each(List<?> all, Work work, @Nullable Object... before) throws SQLException {
        for (int from = 0; from < all.size(); from += GROUP) {
            List<@Nullable Object> values = new ArrayList<>();
            Collections.addAll(values, before);
            List<?> group = all.subList(from, Math.min(from + GROUP, all.size()));
            values.addAll(group);
            values.addAll(Collections.nCopies(GROUP - group.size(), ""));
            work.with(values.toArray());
        }
    }

    static Map<DeviceId, SortedSet<DeviceTag>> of(
            Statements statements, OrganizationId organization, List<DeviceId> devices)
            throws SQLException {
        Map<DeviceId, SortedSet<DeviceTag>> tags = new HashMap<>();
        each(
                devices,
                values ->
                        statements
                                .list(
                                        "SELECT device_id, tag FROM device_tag"
                                                + " WHERE organization_id = ? AND device_id"
                                                + GROUPED,
                                        Tagged::of,
                                        values)
                                .forEach(
                                        row ->
                                                tags.computeIfAbsent(
                                                                row.device(), _ -> new TreeSet<>())
                                                        .add(row.tag())),
                organization);
        return tags;
    }

    private record Tagged(DeviceId device, DeviceTag tag) {

        static Tagged of(Row row) throws SQLException {
            return new Tagged(new DeviceId(row.uuid("device_id")), new DeviceTag(row.text("tag")));
        }
    }

    /** Reads {@link #OF_DEVICE}. */
    static SortedSet<DeviceTag> read(Row row, String column) throws SQLException {
        SortedSet<DeviceTag> tags = new TreeSet<>();
        for (String tag : row.optionalText(column).orElse("").split(" ", -1)) {
            if (!tag.isEmpty()) {
                tags.add(new DeviceTag(tag));
            }
        }
        return tags;
    }

    static void add(
            Transaction transaction,
            OrganizationId organization,
            DeviceTag tag,
            List<DeviceId> devices)
            throws SQLException {
        each(
                devices,
                values ->
                        transaction.update(
                                "INSERT INTO device_tag (tag, organization_id, device_id)"
                                        + " SELECT ?, organization_id, device_id FROM device"
                                        + " WHERE organization_id = ? AND device_id"
                                        + GROUPED,
                                values),
                tag,
                organization);
    }

    static void remove(
            Transaction transaction,
            OrganizationId organization,
            DeviceTag tag,
            List<DeviceId> devices)
            throws SQLException {
        each(
                devices,
                values ->
                        transaction.update(
                                "DELETE FROM device_tag"
                                        + " WHERE tag = ? AND organization_id = ? AND device_id"
                                        + GROUPED,
                                values),
                tag,
                organization);
    }

    /** The device is revoked: nobody sorts it any more. */
    static void removeAll(Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        transaction.update(
                "DELETE FROM device_tag WHERE organization_id = ? AND device_id = ?",
                organization,
                device);
    }

    static boolean isKnown(Statements statements, OrganizationId organization, DeviceTag tag)
            throws SQLException {
        return statements
                .one(
                        "SELECT tag FROM device_tag WHERE organization_id = ? AND tag = ? LIMIT 1",
                        row -> row.text("tag"),
                        organization,
                        tag)
                .isPresent();
    }

    /** Goes from each tag to the next in the index, instead of through the rows of all devices. */
    static long countDifferent(Statements statements, OrganizationId organization)
            throws SQLException {
        return statements.count(
                "WITH RECURSIVE known (tag) AS (SELECT (SELECT tag FROM device_tag"
                        + " WHERE organization_id = ? ORDER BY tag LIMIT 1) UNION ALL"
                        + " SELECT (SELECT device_tag.tag FROM device_tag"
                        + " WHERE device_tag.organization_id = ? AND device_tag.tag > known.tag"
                        + " ORDER BY device_tag.tag LIMIT 1) FROM known"
                        + " WHERE known.tag IS NOT NULL) SELECT count(tag) FROM known",
                organization,
                organization);
    }
}
