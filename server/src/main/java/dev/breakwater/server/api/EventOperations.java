/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.event.EventCursor;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.event.EventKind;
import dev.breakwater.server.event.Listening;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.rollout.RolloutId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** What happens, as it happens. */
final class EventOperations {

    private static final String MEDIA_TYPE = "text/event-stream";

    private final EventFeed events;
    private final DeviceStore devices;
    private final DeviceOwnership ownership;
    private final BiPredicate<OrganizationId, RolloutId> rollouts;
    private final Refusals refusals;
    private final MeterRegistry meters;
    private final int ownershipsMax;
    private final Duration heartbeat;

    EventOperations(
            EventFeed events,
            DeviceStore devices,
            DeviceOwnership ownership,
            BiPredicate<OrganizationId, RolloutId> rollouts,
            Refusals refusals,
            MeterRegistry meters,
            Limits limits) {
        this.events = events;
        this.devices = devices;
        this.ownership = ownership;
        this.rollouts = rollouts;
        this.refusals = refusals;
        this.meters = meters;
        this.ownershipsMax = limits.of(Limit.EVENTS_KEPT_PER_ORGANIZATION);
        this.heartbeat = heartbeat(limits);
        meters.gauge("breakwater.events.streams", events, EventFeed::listeners);
    }

    /** Twice within the time after which an idle connection is closed, whatever was set. */
    private static Duration heartbeat(Limits limits) {
        Duration wanted = limits.seconds(Limit.EVENT_HEARTBEAT_SECONDS);
        Duration most = limits.seconds(Limit.HTTP_IDLE_SECONDS).dividedBy(2);
        return wanted.compareTo(most) < 0 ? wanted : most;
    }

    void register(Handlers handlers) {
        handlers.on("streamEvents", Permission.EVENTS_READ, this::stream);
    }

    private Reply stream(AuthenticatedCaller caller, Call call) {
        Optional<DeviceId> device = call.values().optionalText("device").map(DeviceId::parse);
        if (device.isPresent() && !isKnownTo(caller, device.get())) {
            return Problems.notFound();
        }
        Optional<RolloutId> rollout = call.values().optionalText("rollout").map(RolloutId::parse);
        if (rollout.isPresent()
                && !(caller.permissions().contains(Permission.ROLLOUTS_READ)
                        && rollouts.test(caller.organization(), rollout.get()))) {
            return Problems.notFound();
        }
        Set<EventKind> kinds =
                call.values()
                        .optionalText("kinds")
                        .map(EventOperations::kinds)
                        .orElseGet(() -> EnumSet.allOf(EventKind.class));
        Listening listening =
                events.listen(
                        caller.organization(),
                        caller.actor(),
                        rollout.isPresent() ? rollout : device,
                        call.values().optionalText("Last-Event-ID"));
        return switch (listening) {
            case Listening.TooMany(Limit limit, int max) -> tooMany(caller, limit, max);
            case Listening.Begun(EventCursor cursor) ->
                    Reply.live(
                            MEDIA_TYPE,
                            new EventStream(
                                    cursor,
                                    caller,
                                    new EventSight(
                                            kinds,
                                            device,
                                            rollout,
                                            ownership::reach,
                                            ownershipsMax),
                                    heartbeat,
                                    this::ended));
        };
    }

    /** A device out of reach is like one that does not exist, and the operator hears of it. */
    private boolean isKnownTo(AuthenticatedCaller caller, DeviceId device) {
        if (!ownership.reach(caller, device).permits(Permission.EVENTS_READ)) {
            refused(
                    caller,
                    RefusalReason.NOT_THEIR_DEVICE,
                    Map.of("operation", "streamEvents", "device", device.toString()));
            return false;
        }
        return devices.device(caller.organization(), device).isPresent();
    }

    private static Set<EventKind> kinds(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(EventKind::parse)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(EventKind.class)));
    }

    private Reply tooMany(AuthenticatedCaller caller, Limit limit, int max) {
        refused(
                caller,
                RefusalReason.QUOTA_EXCEEDED,
                Map.of("operation", "streamEvents", "limit", limit.key()));
        return Problems.limitReached(
                switch (limit) {
                    case EVENT_STREAMS_PER_CALLER ->
                            "You have %d event streams open, as many as may be; end one."
                                    .formatted(max);
                    case EVENT_STREAMS_PER_ORGANIZATION ->
                            "The organization has %d event streams open, as many as may be."
                                    .formatted(max);
                    default -> "The server has as many event streams open as it may.";
                });
    }

    private void refused(
            AuthenticatedCaller caller, RefusalReason reason, Map<String, String> details) {
        Optional<OrganizationId> organization = Optional.of(caller.organization());
        refusals.record(new Refusal(reason, "api", organization, caller.actor(), details));
    }

    private void ended(String reason) {
        meters.counter("breakwater.events.streams.ended", "reason", reason).increment();
    }
}
