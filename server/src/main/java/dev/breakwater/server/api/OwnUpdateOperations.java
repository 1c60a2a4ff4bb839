/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.rollout.OwnersDecisions;
import dev.breakwater.server.rollout.OwnersUpdate;
import dev.breakwater.server.rollout.RolloutId;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What owners see of the updates of their devices, and what they say to them. Nobody says it for
 * them: not whoever a device is shared with, not those who work for its maker, and no token.
 */
final class OwnUpdateOperations {

    private final DeviceStore devices;
    private final DeviceOwnership ownership;
    private final OwnersDecisions decisions;
    private final Refusals refusals;
    private final Clock clock;

    OwnUpdateOperations(
            DeviceStore devices,
            DeviceOwnership ownership,
            OwnersDecisions decisions,
            Refusals refusals,
            Clock clock) {
        this.devices = devices;
        this.ownership = ownership;
        this.decisions = decisions;
        this.refusals = refusals;
        this.clock = clock;
    }

    void register(Handlers handlers) {
        handlers.on("getOwnDeviceUpdate", Permission.SELF_READ, this::update)
                .on(
                        "approveOwnDeviceUpdate",
                        Permission.SELF_WRITE,
                        this::approve,
                        AuditAction.DEVICE_UPDATE_APPROVED)
                .on(
                        "postponeOwnDeviceUpdate",
                        Permission.SELF_WRITE,
                        this::postpone,
                        AuditAction.DEVICE_UPDATE_POSTPONED)
                .on(
                        "refuseOwnDeviceUpdate",
                        Permission.SELF_WRITE,
                        this::refuse,
                        AuditAction.DEVICE_UPDATE_REFUSED);
    }

    /** Nothing, where there is no update to show. */
    record OwnDeviceUpdateView(Optional<OfferedUpdateView> update) {
        static OwnDeviceUpdateView of(Optional<OwnersUpdate> update) {
            return new OwnDeviceUpdateView(update.map(OfferedUpdateView::of));
        }
    }

    record OfferedUpdateView(
            String rollout,
            String version,
            String notes,
            boolean securityRelevant,
            long lengthBytes,
            String state,
            boolean approved,
            int percent,
            Optional<Instant> postponedUntil,
            Optional<Instant> postponableUntil,
            Optional<String> reason) {
        static OfferedUpdateView of(OwnersUpdate update) {
            return new OfferedUpdateView(
                    update.rollout().toString(),
                    update.release().version().text(),
                    update.release().description().notes(),
                    update.release().description().securityRelevant(),
                    update.release().length(),
                    update.state().code(),
                    update.approved(),
                    update.percent(),
                    update.postponedUntil(),
                    update.postponableUntil(),
                    update.reason());
        }
    }

    /** Those who may know of all devices see no update of what is not their own. */
    private Reply update(AuthenticatedCaller caller, Call call) {
        DeviceId device = device(call);
        if (devices.device(caller.organization(), device).isEmpty()) {
            return Problems.notFound();
        }
        Optional<OwnersUpdate> update =
                ownership.isOwner(caller, device)
                        ? decisions.of(caller.organization(), device)
                        : Optional.empty();
        return Reply.ok(OwnDeviceUpdateView.of(update));
    }

    private Reply approve(AuthenticatedCaller caller, Call call) {
        return decide(
                caller,
                call,
                (device, rollout) ->
                        decisions.approve(
                                caller.organization(),
                                device,
                                rollout,
                                event(
                                        caller,
                                        AuditAction.DEVICE_UPDATE_APPROVED,
                                        device,
                                        rollout,
                                        Optional.empty())));
    }

    private Reply refuse(AuthenticatedCaller caller, Call call) {
        return decide(
                caller,
                call,
                (device, rollout) ->
                        decisions.refuse(
                                caller.organization(),
                                device,
                                rollout,
                                event(
                                        caller,
                                        AuditAction.DEVICE_UPDATE_REFUSED,
                                        device,
                                        rollout,
                                        Optional.empty())));
    }

    private Reply postpone(AuthenticatedCaller caller, Call call) {
        return decide(
                caller,
                call,
                (device, rollout) -> {
                    Instant until = Instant.parse(call.text("until"));
                    return decisions.postpone(
                            caller.organization(),
                            device,
                            rollout,
                            until,
                            event(
                                    caller,
                                    AuditAction.DEVICE_UPDATE_POSTPONED,
                                    device,
                                    rollout,
                                    Optional.of(until)));
                });
    }

    /** Passes on what an owner says. */
    private interface Decision {
        OwnersDecisions.Answer of(DeviceId device, RolloutId rollout);
    }

    private Reply decide(AuthenticatedCaller caller, Call call, Decision decision) {
        DeviceId device = device(call);
        if (!ownership.isOwner(caller, device)) {
            return notTheirs(caller, call, device);
        }
        Optional<Reply> noTime = call.member("until").flatMap(time -> noTime(time.asString()));
        if (noTime.isPresent()) {
            return noTime.get();
        }
        RolloutId rollout = RolloutId.parse(call.text("rollout"));
        return switch (decision.of(device, rollout)) {
            case OwnersDecisions.Answer.Taken(OwnersUpdate update) ->
                    Reply.ok(OwnDeviceUpdateView.of(Optional.of(update)));
            case OwnersDecisions.Answer.NoSuch() ->
                    Problems.notPossibleNow(
                            "The device is not offered that update, or not any more; look at what"
                                    + " it is offered now.");
            case OwnersDecisions.Answer.NotTheirs() ->
                    Problems.notPossibleNow(
                            "The maker of this product decides about its updates, not its owners.");
            case OwnersDecisions.Answer.NotNow(var state) ->
                    Problems.notPossibleNow(
                            "It is too late for that: the update of the device is %s."
                                    .formatted(state.code()));
            case OwnersDecisions.Answer.NotSoLate(Instant latest, boolean securityRelevant) ->
                    Problems.notPossibleNow(notSoLate(latest, securityRelevant));
        };
    }

    private Reply notTheirs(AuthenticatedCaller caller, Call call, DeviceId device) {
        refusals.record(
                new Refusal(
                        RefusalReason.NOT_THEIR_DEVICE,
                        "api",
                        Optional.of(caller.organization()),
                        caller.actor(),
                        Map.of(
                                "source", call.source(),
                                "operation", call.operation().id(),
                                "device", device.toString())));
        return Problems.notFound();
    }

    private Optional<Reply> noTime(String text) {
        try {
            return Instant.parse(text).isAfter(clock.instant())
                    ? Optional.empty()
                    : Optional.of(
                            Problems.notPossibleNow(
                                    "The time in until is past; name a later one."));
        } catch (DateTimeException outside) {
            return Optional.of(
                    Problems.notPossibleNow("There is no such time as the one in until."));
        }
    }

    private String notSoLate(Instant latest, boolean securityRelevant) {
        String why =
                securityRelevant
                        ? "It mends a security hole, which other people know of, too."
                        : "Its maker says so.";
        return latest.isAfter(clock.instant())
                ? "The update can be put off until %s and no longer. %s".formatted(latest, why)
                : "The update cannot be put off any more. %s".formatted(why);
    }

    private static AuditEvent event(
            AuthenticatedCaller caller,
            AuditAction action,
            DeviceId device,
            RolloutId rollout,
            Optional<Instant> until) {
        Map<String, String> details = new HashMap<>();
        details.put("rollout", rollout.toString());
        until.ifPresent(time -> details.put("until", time.toString()));
        return AuditEvent.of(
                caller.organization(), caller.actor(), action, "device:" + device, details);
    }

    private static DeviceId device(Call call) {
        return call.id("deviceId", DeviceId::parse);
    }
}
