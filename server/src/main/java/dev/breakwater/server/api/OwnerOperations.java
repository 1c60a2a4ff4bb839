/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.ownership.OwnerStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who owns a device. */
final class OwnerOperations {

    private final DeviceStore devices;
    private final DeviceOwnership ownership;

    OwnerOperations(DeviceStore devices, DeviceOwnership ownership) {
        this.devices = devices;
        this.ownership = ownership;
    }

    void register(Handlers handlers) {
        handlers.on("listDeviceOwners", Permission.OWNERS_READ, this::list)
                .on(
                        "enterDeviceOwner",
                        Permission.OWNERS_WRITE,
                        this::enter,
                        AuditAction.DEVICE_OWNER_ENTERED)
                .on(
                        "removeDeviceOwner",
                        Permission.OWNERS_WRITE,
                        this::remove,
                        AuditAction.DEVICE_OWNER_REMOVED,
                        AuditAction.DEVICE_SHARE_ENDED);
    }

    record OwnerView(String memberId, Instant since) {
        static OwnerView of(DeviceOwner owner) {
            return new OwnerView(owner.member().toString(), owner.since());
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) {
        DeviceId device = call.id("deviceId", DeviceId::parse);
        if (devices.device(caller.organization(), device).isEmpty()) {
            return Problems.notFound();
        }
        List<OwnerView> owners =
                ownership.owners(caller, device).stream().map(OwnerView::of).toList();
        return Reply.ok(new Page<>(owners, Optional.empty()));
    }

    private Reply enter(AuthenticatedCaller caller, Call call) {
        OwnerStore.Entry entry =
                ownership.enter(
                        caller,
                        call.id("deviceId", DeviceId::parse),
                        MemberId.parse(call.text("memberId")));
        return switch (entry) {
            case OwnerStore.Entry.Entered(DeviceOwner owner) -> Reply.created(OwnerView.of(owner));
            case OwnerStore.Entry.NoSuch() -> Problems.notFound();
            case OwnerStore.Entry.TooMany(int ownersMax) ->
                    Problems.limitReached(
                            "The device has %d owners, as many as may be.".formatted(ownersMax));
        };
    }

    private Reply remove(AuthenticatedCaller caller, Call call) {
        return ownership.remove(
                        caller,
                        call.id("deviceId", DeviceId::parse),
                        call.id("memberId", MemberId::parse))
                ? Reply.noContent()
                : Problems.notFound();
    }
}
