/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.tag.DeviceTag;
import dev.breakwater.server.tag.DeviceTags;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Shows devices. Tags are what operators note of their fleet, so that those who know of a device
 * because it is theirs, or shared with them, are not shown them.
 */
final class DeviceViews {

    private final DeviceTags tags;
    private final LiveSessions sessions;

    DeviceViews(DeviceTags tags, LiveSessions sessions) {
        this.tags = tags;
        this.sessions = sessions;
    }

    static boolean seesTags(AuthenticatedCaller caller) {
        return caller.ownDevicesOnly().isEmpty();
    }

    /** Whether the caller may know that the device has this tag, and it has. */
    boolean hasTag(AuthenticatedCaller caller, Device device, DeviceTag tag) {
        return seesTags(caller) && tags.of(caller.organization(), device.id()).contains(tag);
    }

    /**
     * One device. The tags are read after it, so that they are never older than its version says:
     * whoever writes by that version has seen them.
     */
    DeviceView of(AuthenticatedCaller caller, Device device) {
        return of(caller, List.of(device)).getFirst();
    }

    /** Devices of a page, in its order. */
    List<DeviceView> of(AuthenticatedCaller caller, List<Device> devices) {
        if (!seesTags(caller)) {
            return devices.stream().map(device -> view(device, Optional.empty())).toList();
        }
        Map<DeviceId, SortedSet<DeviceTag>> tagged =
                tags.of(caller.organization(), devices.stream().map(Device::id).toList());
        return devices.stream()
                .map(
                        device ->
                                view(
                                        device,
                                        Optional.of(
                                                tagged
                                                        .getOrDefault(device.id(), DeviceTags.NONE)
                                                        .stream()
                                                        .map(DeviceTag::text)
                                                        .toList())))
                .toList();
    }

    private DeviceView view(Device device, Optional<List<String>> tags) {
        return new DeviceView(
                device.id().toString(),
                device.product().toString(),
                device.serial().text(),
                device.status().code(),
                Optional.of(device.statusReason()).filter(reason -> !reason.isEmpty()),
                tags,
                sessions.of(device.id()).isPresent(),
                device.createdAt(),
                device.lastConnectedAt(),
                device.version());
    }
}
