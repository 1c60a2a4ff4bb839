/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.tag.DeviceTag;
import dev.breakwater.server.tag.DeviceTags;
import dev.breakwater.server.tag.TagBounds;
import dev.breakwater.server.tag.TagChange;
import dev.breakwater.server.tag.TagCount;
import dev.breakwater.server.tag.TagStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tags as rows. What is to be changed is found first, then written for all devices together. */
public final class SqlTagStore implements TagStore {

    private final Database database;
    private final SqlAuditLog audit;

    /** The tags within this database. */
    public SqlTagStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    private record Found(DeviceId id, DeviceSerial serial, DeviceStatus status, long version) {

        static Found of(Row row) throws SQLException {
            return new Found(
                    new DeviceId(row.uuid("device_id")),
                    new DeviceSerial(row.text("serial")),
                    DeviceStatus.valueOf(row.text("status")),
                    row.number("version"));
        }
    }

    /** A device and what is to be changed of its tags. */
    private record Edit(Found device, SortedSet<DeviceTag> before, SortedSet<DeviceTag> after) {

        SortedSet<DeviceTag> added() {
            return without(after, before);
        }

        SortedSet<DeviceTag> removed() {
            return without(before, after);
        }

        /** One that has too many since the limit was lowered may lose some. */
        boolean isOutside(TagBounds bounds) {
            return after.size() > bounds.perDevice() && after.size() > before.size();
        }

        private static SortedSet<DeviceTag> without(Set<DeviceTag> all, Set<DeviceTag> others) {
            SortedSet<DeviceTag> left = new TreeSet<>(all);
            left.removeAll(others);
            return left;
        }
    }

    @Override
    public TagChange replace(
            OrganizationId organization,
            DeviceId device,
            Set<DeviceTag> tags,
            Optional<Long> expectedVersion,
            TagBounds bounds,
            Evidence evidence) {
        return database.write(
                transaction -> {
                    Optional<Found> found =
                            transaction.one(
                                    "SELECT device_id, serial, status, version FROM device"
                                            + " WHERE organization_id = ? AND device_id = ?",
                                    Found::of,
                                    organization,
                                    device);
                    if (found.isEmpty()) {
                        return new TagChange.NoSuchDevice();
                    }
                    long version = found.get().version();
                    if (expectedVersion.isPresent() && expectedVersion.get() != version) {
                        return new TagChange.VersionMismatch(version);
                    }
                    if (found.get().status() == DeviceStatus.REVOKED) {
                        return new TagChange.Revoked();
                    }
                    SortedSet<DeviceTag> before =
                            TagRows.of(transaction, organization, List.of(device))
                                    .getOrDefault(device, DeviceTags.NONE);
                    Edit edit = new Edit(found.get(), before, new TreeSet<>(tags));
                    return write(transaction, organization, List.of(edit), bounds, evidence);
                });
    }

    @Override
    public TagChange change(
            OrganizationId organization,
            List<DeviceSerial> devices,
            Set<DeviceTag> added,
            Set<DeviceTag> removed,
            TagBounds bounds,
            Evidence evidence) {
        return database.write(
                transaction -> {
                    Map<DeviceSerial, Found> found = find(transaction, organization, devices);
                    Map<DeviceId, SortedSet<DeviceTag>> tags =
                            TagRows.of(
                                    transaction,
                                    organization,
                                    found.values().stream().map(Found::id).toList());
                    List<Edit> edits = new ArrayList<>();
                    for (DeviceSerial serial : devices) {
                        Found device = found.get(serial);
                        if (device == null) {
                            return new TagChange.NoSuchSerial(serial);
                        }
                        SortedSet<DeviceTag> before =
                                tags.getOrDefault(device.id(), DeviceTags.NONE);
                        SortedSet<DeviceTag> after = new TreeSet<>(before);
                        after.removeAll(removed);
                        after.addAll(added);
                        edits.add(new Edit(device, before, after));
                    }
                    return write(transaction, organization, edits, bounds, evidence);
                });
    }

    private static Map<DeviceSerial, Found> find(
            Statements statements, OrganizationId organization, List<DeviceSerial> serials)
            throws SQLException {
        Map<DeviceSerial, Found> found = new HashMap<>();
        TagRows.each(
                serials,
                values ->
                        statements
                                .list(
                                        "SELECT device_id, serial, status, version FROM device"
                                                + " WHERE status <> 'REVOKED'"
                                                + " AND organization_id = ? AND serial"
                                                + TagRows.GROUPED,
                                        Found::of,
                                        values)
                                .forEach(device -> found.put(device.serial(), device)),
                organization);
        return found;
    }

    private TagChange write(
            Transaction transaction,
            OrganizationId organization,
            List<Edit> all,
            TagBounds bounds,
            Evidence evidence)
            throws SQLException {
        List<Edit> edits =
                all.stream().filter(edit -> !edit.before().equals(edit.after())).toList();
        Map<DeviceTag, List<DeviceId>> added = new TreeMap<>();
        Map<DeviceTag, List<DeviceId>> removed = new TreeMap<>();
        for (Edit edit : edits) {
            if (edit.isOutside(bounds)) {
                return bounds.tooManyOn(edit.device().serial());
            }
            DeviceId id = edit.device().id();
            edit.added().forEach(tag -> list(added, tag).add(id));
            edit.removed().forEach(tag -> list(removed, tag).add(id));
        }
        if (areTooMany(transaction, organization, added.keySet(), bounds)) {
            return bounds.tooMany();
        }
        for (Map.Entry<DeviceTag, List<DeviceId>> each : removed.entrySet()) {
            TagRows.remove(transaction, organization, each.getKey(), each.getValue());
        }
        for (Map.Entry<DeviceTag, List<DeviceId>> each : added.entrySet()) {
            TagRows.add(transaction, organization, each.getKey(), each.getValue());
        }
        TagRows.each(
                edits.stream().map(edit -> edit.device().id()).toList(),
                values ->
                        transaction.update(
                                "UPDATE device SET version = version + 1"
                                        + " WHERE organization_id = ? AND device_id"
                                        + TagRows.GROUPED,
                                values),
                organization);
        for (Edit edit : edits) {
            audit.append(
                    transaction, evidence.of(edit.device().id(), edit.added(), edit.removed()));
        }
        return new TagChange.Changed(edits.size());
    }

    private static List<DeviceId> list(Map<DeviceTag, List<DeviceId>> lists, DeviceTag tag) {
        return lists.computeIfAbsent(tag, _ -> new ArrayList<>());
    }

    /** Those that the change leaves nobody with are counted still: they are not gone before it. */
    private static boolean areTooMany(
            Transaction transaction,
            OrganizationId organization,
            Set<DeviceTag> added,
            TagBounds bounds)
            throws SQLException {
        int fresh = 0;
        for (DeviceTag tag : added) {
            fresh += TagRows.isKnown(transaction, organization, tag) ? 0 : 1;
        }
        return fresh > 0
                && TagRows.countDifferent(transaction, organization) + fresh
                        > bounds.perOrganization();
    }

    @Override
    public Map<DeviceId, SortedSet<DeviceTag>> of(
            OrganizationId organization, List<DeviceId> devices) {
        return database.read(statements -> TagRows.of(statements, organization, devices));
    }

    @Override
    public List<TagCount> tags(
            OrganizationId organization, Optional<DeviceTag> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT tag, count(*) AS devices FROM device_tag"
                                        + " WHERE organization_id = ? AND tag > ?"
                                        + " GROUP BY tag ORDER BY tag LIMIT ?",
                                row ->
                                        new TagCount(
                                                new DeviceTag(row.text("tag")),
                                                row.number("devices")),
                                organization,
                                after.map(DeviceTag::text).orElse(""),
                                countMax));
    }
}
