/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Enters and removes owners, and says what is within a caller's reach. Blocks. */
public final class DeviceOwnership {

    private final OwnerStore store;
    private final Limits limits;
    private final Clock clock;

    /** Wires it. */
    public DeviceOwnership(OwnerStore store, Limits limits, Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * What the caller may do with a device within their organization. This is the one place where
     * that is decided: whoever may know of all devices may do what their role permits, an owner of
     * the device too, and whoever it is shared with what the share says and no more.
     */
    public Reach reach(AuthenticatedCaller caller, DeviceId device) {
        Optional<MemberId> member = caller.ownDevicesOnly();
        if (member.isEmpty()) {
            return new Reach(caller.permissions(), false);
        }
        Access access = store.access(caller.organization(), member.get(), device, clock.instant());
        return switch (access) {
            case Access.Owner() -> new Reach(caller.permissions(), false);
            case Access.Shared(ShareRight right) -> new Reach(right.permissions(), true);
            case Access.None() -> Reach.NOTHING;
        };
    }

    /**
     * Whether the caller is an owner of the device, as a person: whoever may know of all devices is
     * none by that, and neither is whoever it is shared with, nor a token.
     */
    public boolean isOwner(AuthenticatedCaller caller, DeviceId device) {
        return caller.member()
                .map(member -> store.access(caller.organization(), member, device, clock.instant()))
                .filter(Access.Owner.class::isInstance)
                .isPresent();
    }

    /** The devices that a listing may show this caller; empty if all of the organization. */
    public Optional<DeviceStore.Reachable> reachable(AuthenticatedCaller caller) {
        return caller.ownDevicesOnly()
                .map(member -> new DeviceStore.Reachable(member, clock.instant()));
    }

    /** A device's owners, the first one first. */
    public List<DeviceOwner> owners(AuthenticatedCaller caller, DeviceId device) {
        return store.owners(caller.organization(), device, limits.of(Limit.OWNERS_PER_DEVICE));
    }

    /** Makes a member an owner of a device. */
    public OwnerStore.Entry enter(AuthenticatedCaller caller, DeviceId device, MemberId member) {
        return store.enter(
                caller.organization(),
                new DeviceOwner(device, member, clock.instant()),
                limits.of(Limit.OWNERS_PER_DEVICE),
                event(caller, AuditAction.DEVICE_OWNER_ENTERED, device, member));
    }

    /** Takes a device from an owner; false if it was not theirs. */
    public boolean remove(AuthenticatedCaller caller, DeviceId device, MemberId member) {
        return store.remove(
                caller.organization(),
                new DeviceOwner(device, member, clock.instant()),
                event(caller, AuditAction.DEVICE_OWNER_REMOVED, device, member));
    }

    private static AuditEvent event(
            AuthenticatedCaller caller, AuditAction action, DeviceId device, MemberId member) {
        return AuditEvent.of(
                caller.organization(),
                caller.actor(),
                action,
                "device:" + device,
                Map.of("member", member.toString()));
    }
}
