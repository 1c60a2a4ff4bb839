/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Authentication;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.event.DeviceEvent;
import dev.breakwater.server.event.EventCursor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One caller's stream of events. The caller is judged anew at its beginning, with every heartbeat,
 * and whenever something has changed that may decide what the caller may see: the stream outlives
 * neither token nor session nor membership.
 */
final class EventStream implements LiveReply {

    private static final String GONE = "reader-gone";

    private final EventCursor cursor;
    private final EventSight sight;
    private final Duration heartbeat;
    private final Consumer<String> ended;
    private AuthenticatedCaller caller;

    /**
     * @param cursor is closed with the stream
     * @param ended told why the stream has ended
     */
    EventStream(
            EventCursor cursor,
            AuthenticatedCaller caller,
            EventSight sight,
            Duration heartbeat,
            Consumer<String> ended) {
        this.cursor = cursor;
        this.caller = caller;
        this.sight = sight;
        this.heartbeat = heartbeat;
        this.ended = ended;
    }

    record StateView(String device, long reportedVersion, long desiredVersion) {}

    record CommandView(String device, String command, String state) {}

    record DeviceView(
            String device, String change, Optional<String> status, Optional<Long> version) {

        static DeviceView of(String device, String change) {
            return new DeviceView(device, change, Optional.empty(), Optional.empty());
        }
    }

    record FindingView(Optional<String> device, String finding, String what, String state) {}

    record RolloutView(
            Optional<String> rollout,
            String change,
            Optional<String> state,
            Optional<String> reason) {}

    record UpdateView(String device, String rollout, String state) {}

    record ReasonView(String reason) {}

    private static Object view(DeviceEvent event) {
        return switch (event) {
            case DeviceEvent.StateChanged(var device, long reported, long desired) ->
                    new StateView(device.toString(), reported, desired);
            case DeviceEvent.CommandChanged(var device, var command, var state) ->
                    new CommandView(device.toString(), command.toString(), state.code());
            case DeviceEvent.Connected(var device) -> DeviceView.of(device.toString(), "connected");
            case DeviceEvent.Disconnected(var device) ->
                    DeviceView.of(device.toString(), "disconnected");
            case DeviceEvent.StatusChanged(var device, var status, long version) ->
                    new DeviceView(
                            device.toString(),
                            "status",
                            Optional.of(status.code()),
                            Optional.of(version));
            case DeviceEvent.RolloutChanged(var rollout, String change, var state, var reason) ->
                    new RolloutView(rollout.map(Object::toString), change, state, reason);
            case DeviceEvent.UpdateChanged(var device, var rollout, var state) ->
                    new UpdateView(device.toString(), rollout.toString(), state.code());
            case DeviceEvent.Found(var device, String finding, String what, String state) ->
                    new FindingView(device.map(Object::toString), finding, what, state);
        };
    }

    @Override
    public void run(Outlet outlet, Supplier<Authentication> again)
            throws IOException, InterruptedException {
        String why = GONE;
        try {
            why = untilTheEnd(outlet, again);
            outlet.flush();
        } finally {
            ended.accept(why);
        }
    }

    /** Returns why it has ended. */
    private String untilTheEnd(Outlet outlet, Supplier<Authentication> again)
            throws IOException, InterruptedException {
        if (cursor.isResumed()) {
            outlet.place(cursor.id());
        } else {
            outlet.event("reset", cursor.id(), new ReasonView("unknown-id"));
        }
        outlet.flush();
        // The credential may have gone between the request's judgement and the place in the feed.
        long checkNanos = System.nanoTime();
        while (true) {
            long leftNanos = Math.max(0, checkNanos - System.nanoTime());
            EventCursor.News news = cursor.await(Duration.ofNanos(leftNanos));
            boolean due = System.nanoTime() - checkNanos >= 0;
            if (cursor.takeDoubt() || due) {
                Optional<String> objection = objection(again);
                if (objection.isPresent()) {
                    return end(outlet, objection.get());
                }
            }
            switch (news) {
                case EventCursor.News.Events(long first, List<DeviceEvent> events) ->
                        show(outlet, first, events);
                case EventCursor.News.Nothing() -> {}
                case EventCursor.News.Missed() -> {
                    // Not asked to go on: whoever was too slow comes back after a pause.
                    outlet.event("reset", cursor.id(), new ReasonView("too-slow"));
                    return "too-slow";
                }
                case EventCursor.News.Closed() -> {
                    return GONE;
                }
                case EventCursor.News.Over() -> {
                    return end(outlet, "server-stopping");
                }
            }
            if (due) {
                outlet.place(cursor.id());
                checkNanos = System.nanoTime() + heartbeat.toNanos();
            }
            outlet.flush();
        }
    }

    private void show(Outlet outlet, long first, List<DeviceEvent> events) {
        long number = first;
        for (DeviceEvent event : events) {
            if (sight.shows(caller, event)) {
                outlet.event(event.kind().code(), cursor.id(number), view(event));
            }
            number++;
        }
    }

    /** Why the caller must not listen any more, if that is so. */
    private Optional<String> objection(Supplier<Authentication> again) {
        sight.forget();
        try {
            if (again.get() instanceof Authentication.Authenticated(AuthenticatedCaller now)
                    && now.organization().equals(caller.organization())
                    && now.permissions().contains(Permission.EVENTS_READ)) {
                caller = now;
                return sight.isOutOfReach(now) ? Optional.of("out-of-reach") : Optional.empty();
            }
            return Optional.of("credential-over");
        } catch (StorageUnavailable nobodyKnows) {
            return Optional.of("server-unavailable");
        }
    }

    private static String end(Outlet outlet, String reason) {
        outlet.event("end", new ReasonView(reason));
        return reason;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
