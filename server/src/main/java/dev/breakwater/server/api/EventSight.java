/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.event.DeviceEvent;
import dev.breakwater.server.event.EventKind;
import dev.breakwater.server.ownership.Reach;
import dev.breakwater.server.rollout.RolloutId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Which events one stream shows: those it asked for, of what its caller could read, and of what is
 * within the caller's reach. Used by one thread.
 *
 * <p>Whether a device is within reach is asked once and then remembered until {@link #forget}:
 * there is a question to the store in it, which a busy organization would ask for every event of
 * every owner's stream. Of a device that is shared with the caller it is asked each time: a share
 * is over at a moment that nobody announces.
 */
final class EventSight {

    private final Set<EventKind> kinds;
    private final Optional<DeviceId> device;
    private final Optional<RolloutId> rollout;
    private final BiFunction<AuthenticatedCaller, DeviceId, Reach> reach;
    private final int rememberedMax;
    private final Map<DeviceId, Reach> remembered = new HashMap<>();

    /**
     * @param device only this one's; empty for all
     * @param rollout only of this one, and of all together; empty for all
     * @param rememberedMax devices of which it is remembered whether they are within reach
     */
    EventSight(
            Set<EventKind> kinds,
            Optional<DeviceId> device,
            Optional<RolloutId> rollout,
            BiFunction<AuthenticatedCaller, DeviceId, Reach> reach,
            int rememberedMax) {
        this.kinds = Set.copyOf(kinds);
        this.device = device;
        this.rollout = rollout;
        this.reach = reach;
        this.rememberedMax = rememberedMax;
    }

    /** Whether the caller is shown this. May block. */
    boolean shows(AuthenticatedCaller caller, DeviceEvent event) {
        if (!kinds.contains(event.kind())
                || (device.isPresent() && !device.equals(event.about()))
                || !isOfTheRollout(event)
                || !permits(caller.permissions(), event.kind())) {
            return false;
        }
        if (caller.ownDevicesOnly().isEmpty()) {
            return true;
        }
        // What concerns the organization as a whole is no business of its customers.
        return event.about()
                .filter(about -> reach(caller, about).permits(needed(event.kind())))
                .isPresent();
    }

    /** Steps of devices are for whoever asked for the rollout or the device. */
    private boolean isOfTheRollout(DeviceEvent event) {
        return switch (event) {
            case DeviceEvent.RolloutChanged(var of, _, _, _) ->
                    rollout.isEmpty() || of.isEmpty() || of.equals(rollout);
            case DeviceEvent.UpdateChanged(_, var of, _) ->
                    rollout.map(of::equals).orElse(device.isPresent());
            case DeviceEvent.StateChanged _,
                    DeviceEvent.CommandChanged _,
                    DeviceEvent.Connected _,
                    DeviceEvent.Disconnected _,
                    DeviceEvent.StatusChanged _,
                    DeviceEvent.Found _ ->
                    rollout.isEmpty();
        };
    }

    /** Whether the one device that was asked for is out of reach, so that nothing is to come. */
    boolean isOutOfReach(AuthenticatedCaller caller) {
        return device.isPresent() && !reach(caller, device.get()).permits(Permission.EVENTS_READ);
    }

    /** Whether a read of the same is permitted. */
    static boolean permits(Set<Permission> permissions, EventKind kind) {
        return permissions.contains(needed(kind));
    }

    private static Permission needed(EventKind kind) {
        return switch (kind) {
            case STATE -> Permission.STATE_READ;
            case COMMAND -> Permission.COMMANDS_READ;
            case DEVICE -> Permission.DEVICES_READ;
            case FINDING -> Permission.FIREWALL_READ;
            case ROLLOUT, UPDATE -> Permission.ROLLOUTS_READ;
        };
    }

    private Reach reach(AuthenticatedCaller caller, DeviceId about) {
        Reach known = remembered.get(about);
        if (known != null) {
            return known;
        }
        Reach now = reach.apply(caller, about);
        if (!now.shared()) {
            if (remembered.size() >= rememberedMax) {
                remembered.clear();
            }
            remembered.put(about, now);
        }
        return now;
    }

    /** Somebody may have been given a device, or lost one. */
    void forget() {
        remembered.clear();
    }
}
