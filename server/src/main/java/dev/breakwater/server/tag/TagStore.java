/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tag;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * Where the tags of devices are kept. What changes something is durable, with its audit entries,
 * when it returns; a device whose tags are changed gets another version.
 */
public interface TagStore {

    /** What is put on record of one device whose tags are changed. */
    interface Evidence {

        /** The entry, by what the device has now and had not, and had and has not. */
        AuditEvent of(DeviceId device, SortedSet<DeviceTag> added, SortedSet<DeviceTag> removed);
    }

    /**
     * Gives a device these tags and no others.
     *
     * @param expectedVersion only if the device still has this version; empty for whatever version
     */
    TagChange replace(
            OrganizationId organization,
            DeviceId device,
            Set<DeviceTag> tags,
            Optional<Long> expectedVersion,
            TagBounds bounds,
            Evidence evidence);

    /** Gives tags to devices and takes others from them: all of it or nothing. */
    TagChange change(
            OrganizationId organization,
            List<DeviceSerial> devices,
            Set<DeviceTag> added,
            Set<DeviceTag> removed,
            TagBounds bounds,
            Evidence evidence);

    /** The tags of each of these devices; one that has none is not among them. */
    Map<DeviceId, SortedSet<DeviceTag>> of(OrganizationId organization, List<DeviceId> devices);

    /** The tags that devices have, in the order of the store, behind {@code after}. */
    List<TagCount> tags(OrganizationId organization, Optional<DeviceTag> after, int countMax);
}
