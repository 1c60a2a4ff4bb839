/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.tag.DeviceTag;
import dev.breakwater.server.tag.DeviceTags;
import dev.breakwater.server.tag.TagChange;
import dev.breakwater.server.tag.TagCount;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What operators call devices by. */
final class TagOperations {

    private final DeviceStore devices;
    private final DeviceTags tags;
    private final DeviceViews views;

    TagOperations(DeviceStore devices, DeviceTags tags, DeviceViews views) {
        this.devices = devices;
        this.tags = tags;
        this.views = views;
    }

    void register(Handlers handlers) {
        handlers.on("listDeviceTags", Permission.DEVICES_READ, this::list)
                .on(
                        "replaceDeviceTags",
                        Permission.DEVICES_WRITE,
                        this::replace,
                        AuditAction.DEVICE_TAGS_CHANGED)
                .on(
                        "changeDeviceTags",
                        Permission.DEVICES_WRITE,
                        this::change,
                        AuditAction.DEVICE_TAGS_CHANGED);
    }

    record DeviceTagView(String tag, long devices) {
        static DeviceTagView of(TagCount count) {
            return new DeviceTagView(count.tag().text(), count.devices());
        }
    }

    record DeviceTagChangeView(int devices, int changed) {}

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        List<TagCount> rows =
                tags.tags(caller.organization(), call.cursor(DeviceTag::new), count + 1);
        return Reply.ok(Page.of(rows, count, DeviceTagView::of, one -> one.tag().text()));
    }

    private Reply replace(AuthenticatedCaller caller, Call call) {
        DeviceId id = call.id("deviceId", DeviceId::parse);
        if (devices.device(caller.organization(), id).isEmpty()) {
            return Problems.notFound();
        }
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        return reply(
                tags.replace(
                        caller.organization(),
                        id,
                        tags(call, "tags"),
                        call.ifMatch().expectedVersion(),
                        caller.actor()),
                () ->
                        devices.device(caller.organization(), id)
                                .map(
                                        device ->
                                                Reply.ok(views.of(caller, device))
                                                        .etag(device.version()))
                                .orElseGet(Problems::notFound));
    }

    private Reply change(AuthenticatedCaller caller, Call call) throws ContractViolation {
        Set<DeviceTag> added = tags(call, "add");
        Set<DeviceTag> removed = tags(call, "remove");
        if (added.isEmpty() && removed.isEmpty()) {
            throw ContractViolation.member("/add", "names no tag, and neither does /remove");
        }
        Optional<DeviceTag> both = added.stream().filter(removed::contains).findFirst();
        if (both.isPresent()) {
            throw ContractViolation.member(
                    "/remove", "names a tag that is to be added as well: " + both.get());
        }
        List<DeviceSerial> serials =
                call.body()
                        .path("serials")
                        .valueStream()
                        .map(serial -> new DeviceSerial(serial.asString()))
                        .toList();
        TagChange change =
                tags.change(caller.organization(), serials, added, removed, caller.actor());
        int changed = change instanceof TagChange.Changed(int devices) ? devices : 0;
        return reply(change, () -> Reply.ok(new DeviceTagChangeView(serials.size(), changed)));
    }

    /** The contract has judged each of them, and that none is there twice. */
    private static Set<DeviceTag> tags(Call call, String member) {
        Set<DeviceTag> tags = new LinkedHashSet<>();
        call.body().path(member).forEach(tag -> tags.add(new DeviceTag(tag.asString())));
        return tags;
    }

    private static Reply reply(TagChange change, Supplier<Reply> done) {
        return switch (change) {
            case TagChange.Changed _ -> done.get();
            case TagChange.NoSuchDevice() -> Problems.notFound();
            case TagChange.NoSuchSerial(DeviceSerial serial) ->
                    Problems.notPossibleNow(
                            "There is no device %s that is not revoked; nothing was changed."
                                    .formatted(serial));
            case TagChange.Revoked() ->
                    Problems.notPossibleNow("The device is revoked, and has no tags.");
            case TagChange.VersionMismatch(long version) -> Problems.versionMismatch(version);
            case TagChange.OutsideLimits(String why) -> Problems.limitReached(why);
        };
    }
}
