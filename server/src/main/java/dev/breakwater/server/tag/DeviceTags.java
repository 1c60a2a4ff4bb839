/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tag;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Sets, changes and shows the tags of devices. Blocks. */
public final class DeviceTags {

    /** What a device has that nobody has tagged. */
    public static final SortedSet<DeviceTag> NONE =
            Collections.unmodifiableSortedSet(new TreeSet<>());

    private final TagStore store;
    private final Limits limits;

    /** Wires it. */
    public DeviceTags(TagStore store, Limits limits) {
        this.store = store;
        this.limits = limits;
    }

    /**
     * Gives a device these tags and no others.
     *
     * @param expectedVersion only if the device still has this version; empty for whatever version
     */
    public TagChange replace(
            OrganizationId organization,
            DeviceId device,
            Set<DeviceTag> tags,
            Optional<Long> expectedVersion,
            Actor actor) {
        Optional<TagChange> tooLong = tooLong(tags);
        return tooLong.isPresent()
                ? tooLong.get()
                : store.replace(
                        organization,
                        device,
                        tags,
                        expectedVersion,
                        bounds(),
                        recording(organization, actor));
    }

    /** Gives tags to devices and takes others from them: all of it or nothing. */
    public TagChange change(
            OrganizationId organization,
            List<DeviceSerial> devices,
            Set<DeviceTag> added,
            Set<DeviceTag> removed,
            Actor actor) {
        int atOnceMax = limits.of(Limit.DEVICES_TAGGED_AT_ONCE);
        if (devices.size() > atOnceMax) {
            return new TagChange.OutsideLimits(
                    "at most %d devices are tagged at once, not %d"
                            .formatted(atOnceMax, devices.size()));
        }
        Optional<TagChange> tooLong = tooLong(added);
        return tooLong.isPresent()
                ? tooLong.get()
                : store.change(
                        organization,
                        devices,
                        added,
                        removed,
                        bounds(),
                        recording(organization, actor));
    }

    private TagBounds bounds() {
        return new TagBounds(
                limits.of(Limit.DEVICE_TAGS), limits.of(Limit.DEVICE_TAGS_PER_ORGANIZATION));
    }

    private Optional<TagChange> tooLong(Set<DeviceTag> tags) {
        int charactersMax = limits.of(Limit.DEVICE_TAG_CHARACTERS);
        return tags.stream()
                .filter(tag -> tag.text().length() > charactersMax)
                .findFirst()
                .map(
                        tag ->
                                new TagChange.OutsideLimits(
                                        "a tag has at most %d characters; %s has %d"
                                                .formatted(
                                                        charactersMax, tag, tag.text().length())));
    }

    private static TagStore.Evidence recording(OrganizationId organization, Actor actor) {
        return (device, added, removed) -> {
            Map<String, String> details = new TreeMap<>();
            if (!added.isEmpty()) {
                details.put("added", listed(added));
            }
            if (!removed.isEmpty()) {
                details.put("removed", listed(removed));
            }
            return AuditEvent.of(
                    organization,
                    actor,
                    AuditAction.DEVICE_TAGS_CHANGED,
                    "device:" + device,
                    details);
        };
    }

    private static String listed(SortedSet<DeviceTag> tags) {
        return tags.stream().map(DeviceTag::text).collect(Collectors.joining(" "));
    }

    /** The tags of a device, in alphabetical order. */
    public SortedSet<DeviceTag> of(OrganizationId organization, DeviceId device) {
        return of(organization, List.of(device)).getOrDefault(device, NONE);
    }

    /** The tags of each of these devices; one that has none is not among them. */
    public Map<DeviceId, SortedSet<DeviceTag>> of(
            OrganizationId organization, List<DeviceId> devices) {
        return store.of(organization, devices);
    }

    /** The tags that devices have, and how many have each, behind {@code after}. */
    public List<TagCount> tags(
            OrganizationId organization, Optional<DeviceTag> after, int countMax) {
        return store.tags(organization, after, countMax);
    }
}
