/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.event.DeviceEvent;
import dev.breakwater.server.event.EventKind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Which events one stream shows: those it asked for, of what its caller could read, and of what is
 * within the caller's reach. Used by one thread.
 *
 * <p>Whether a device is within reach is asked once and then remembered until {@link #forget}:
 * there is a question to the store in it, which a busy organization would ask for every event of
 * every owner's stream.
 */
final class EventSight {

    private final Set<EventKind> kinds;
    private final Optional<DeviceId> device;
    private final BiPredicate<AuthenticatedCaller, DeviceId> reach;
    private final int rememberedMax;
    private final Map<DeviceId, Boolean> remembered = new HashMap<>();

    /**
     * @param device only this one's; empty for all
     * @param rememberedMax devices of which it is remembered whether they are within reach
     */
    EventSight(
            Set<EventKind> kinds,
            Optional<DeviceId> device,
            BiPredicate<AuthenticatedCaller, DeviceId> reach,
            int rememberedMax) {
        this.kinds = Set.copyOf(kinds);
        this.device = device;
        this.reach = reach;
        this.rememberedMax = rememberedMax;
    }

    /** Whether the caller is shown this. May block. */
    boolean shows(AuthenticatedCaller caller, DeviceEvent event) {
        if (!kinds.contains(event.kind())
                || (device.isPresent() && !device.equals(event.about()))
                || !permits(caller.permissions(), event.kind())) {
            return false;
        }
        if (caller.ownDevicesOnly().isEmpty()) {
            return true;
        }
        // What concerns the organization as a whole is no business of its customers.
        return event.about().filter(about -> reaches(caller, about)).isPresent();
    }

    /** Whether a read of the same is permitted. */
    static boolean permits(Set<Permission> permissions, EventKind kind) {
        return permissions.contains(
                switch (kind) {
                    case STATE -> Permission.STATE_READ;
                    case COMMAND -> Permission.COMMANDS_READ;
                    case DEVICE -> Permission.DEVICES_READ;
                    case FINDING -> Permission.FIREWALL_READ;
                });
    }

    private boolean reaches(AuthenticatedCaller caller, DeviceId about) {
        if (remembered.size() >= rememberedMax) {
            remembered.clear();
        }
        return remembered.computeIfAbsent(about, asked -> reach.test(caller, asked));
    }

    /** Somebody may have been given a device, or lost one. */
    void forget() {
        remembered.clear();
    }
}
