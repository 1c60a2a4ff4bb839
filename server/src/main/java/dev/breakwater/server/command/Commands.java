/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.JsonBounds;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.LiveSessions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Commands to all devices. {@link #reply} never blocks and is what the channel's event loops call;
 * every other method reads or writes the store and belongs on virtual threads.
 */
public final class Commands implements AutoCloseable {

    private final CommandStore store;
    private final Limits limits;
    private final Clock clock;
    private final JsonBounds bounds;
    private final MessageReader reader = MessageReader.forServer();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("commands-", 0).factory());
    private final CommandWaiters waiters;
    private final CommandDeadlines deadlines;
    private final CommandDispatch dispatch;

    /** Wires commands; nothing times out before {@link #start}. */
    public Commands(
            CommandStore store,
            CommandSealing sealing,
            LiveSessions sessions,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.bounds = JsonBounds.of(limits, Limit.COMMAND_PAYLOAD_BYTES).inEnvelope();
        int waitersMax =
                Math.min(
                        limits.of(Limit.COMMAND_WAITERS),
                        limits.of(Limit.HTTP_REQUESTS_IN_WORK) / 2);
        this.waiters = new CommandWaiters(waitersMax, threads);
        this.deadlines = new CommandDeadlines(store, clock, waiters::ended);
        this.dispatch =
                new CommandDispatch(
                        store,
                        sealing,
                        sessions,
                        clock,
                        threads,
                        limits.of(Limit.COMMANDS_IN_FLIGHT_PER_DEVICE),
                        deadlines);
    }

    /** Begins to end commands whose time has come, those of before a restart first. */
    public void start() {
        deadlines.start();
    }

    /** Stores a command, and sends it if the device is connected. */
    public CommandCreation create(
            OrganizationId organization, DeviceId device, NewCommand request, Actor actor) {
        Optional<String> why = refusal(request);
        if (why.isPresent()) {
            return new CommandCreation.Refused(why.get());
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Command message;
        try {
            message =
                    new Command(
                            request.name(),
                            request.arguments(),
                            now.plus(request.lifetime()).truncatedTo(ChronoUnit.MICROS));
        } catch (IllegalArgumentException malformed) {
            return new CommandCreation.Refused(String.valueOf(malformed.getMessage()));
        }
        DeviceCommand command =
                new DeviceCommand(
                        CommandId.fresh(),
                        organization,
                        device,
                        message,
                        request.replyTimeout().truncatedTo(ChronoUnit.MICROS),
                        actor.toString(),
                        now,
                        CommandProgress.NONE);
        CommandCreation outcome =
                store.create(
                        organization,
                        command,
                        limits.of(Limit.COMMANDS_QUEUED_PER_DEVICE),
                        CommandStep.event(command, actor));
        if (outcome instanceof CommandCreation.Created) {
            deadlines.dueAt(message.expiresAt());
            dispatch.wake(organization, device);
        }
        return outcome;
    }

    private Optional<String> refusal(NewCommand request) {
        return bounds.exceededBy(request.arguments(), "the command's arguments")
                .or(
                        () ->
                                outside(
                                        request.replyTimeout(),
                                        Limit.COMMAND_TIMEOUT_SECONDS,
                                        "the time to reply"))
                .or(
                        () ->
                                outside(
                                        request.lifetime(),
                                        Limit.COMMAND_EXPIRY_SECONDS,
                                        "the time to deliver"));
    }

    private Optional<String> outside(Duration time, Limit limit, String noun) {
        Duration max = limits.seconds(limit);
        return time.isPositive() && time.compareTo(max) <= 0
                ? Optional.empty()
                : Optional.of(
                        "%s must be more than 0 and at most %d seconds"
                                .formatted(noun, max.toSeconds()));
    }

    /** The device's commands, newest first, older than {@code before}. */
    public List<DeviceCommand> ofDevice(
            OrganizationId organization,
            DeviceId device,
            Optional<CommandId> before,
            int countMax) {
        int count = Math.min(countMax, limits.of(Limit.PAGE_ROWS));
        return store.ofDevice(organization, device, before, count);
    }

    /** Withdraws a command that the device has not taken yet. */
    public CommandChange cancel(OrganizationId organization, CommandId id, Actor actor) {
        Instant now = clock.instant();
        CommandChange change =
                store.change(
                        organization,
                        id,
                        new CommandStep.Step(actor, before -> before.cancelled(now)));
        announce(change);
        return change;
    }

    /** One command of one device; empty if the organization's device has no such command. */
    public Optional<DeviceCommand> get(OrganizationId organization, DeviceId device, CommandId id) {
        return store.find(organization, id).filter(command -> command.device().equals(device));
    }

    /**
     * Waits for the end of a device's command, and returns it as it then stands; empty if the
     * organization's device has no such command. Returns earlier when {@code atMost} has passed,
     * and at once when as many as may wait do.
     */
    public Optional<DeviceCommand> awaitEnd(
            OrganizationId organization, DeviceId device, CommandId id, Duration atMost)
            throws InterruptedException {
        Optional<CompletableFuture<DeviceCommand>> place = waiters.join(id);
        if (place.isEmpty()) {
            return get(organization, device, id);
        }
        CompletableFuture<DeviceCommand> end = place.get();
        try {
            // Read after joining: an end between the two is either read here or announced there.
            Optional<DeviceCommand> now = get(organization, device, id);
            if (now.isEmpty() || now.get().state().ended()) {
                return now;
            }
            return Optional.of(end.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException notEnded) {
            return get(organization, device, id);
        } finally {
            waiters.leave(id);
        }
    }

    /**
     * Takes a payload of {@code me/commands/{id}/reply}. Never blocks.
     *
     * @param completion told what became of it once that is durable, or {@link MessageRefused} if
     *     the payload is not acceptable or the command is not this device's
     */
    public void reply(
            AuthenticatedDevice device,
            CommandId id,
            byte[] payload,
            Completion<? super ReplyOutcome> completion) {
        CommandReply reply;
        try {
            reply = reader.commandReply(payload);
        } catch (MalformedMessage malformed) {
            completion.failed(payloadRefused(String.valueOf(malformed.getMessage())));
            return;
        }
        if (reply instanceof CommandReply.Succeeded(var result)) {
            Optional<String> why = bounds.exceededBy(result, "the command's result");
            if (why.isPresent()) {
                completion.failed(payloadRefused(why.get()));
                return;
            }
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        DeviceId sender = device.id();
        store.submit(
                device.organization(),
                id,
                new CommandStep.Step(
                        new Actor.ProvenDevice(sender),
                        before ->
                                before.device().equals(sender)
                                        ? before.replied(reply, now)
                                        : Optional.empty()),
                new Replied(sender, completion));
    }

    private static MessageRefused payloadRefused(String why) {
        return new MessageRefused(RefusalReason.PAYLOAD_REFUSED, why);
    }

    /** To be called when a device has subscribed to its commands. Blocks. */
    public void onSubscribed(AuthenticatedDevice device) {
        dispatch.send(device.organization(), device.id());
    }

    /**
     * To be called when a device has been revoked, which has ended its commands in the same
     * transaction: whoever waits for one of them learns of it now. Blocks.
     */
    public void onRevoked(OrganizationId organization) {
        for (CommandId id : waiters.awaited()) {
            store.find(organization, id)
                    .filter(command -> command.state().ended())
                    .ifPresent(waiters::ended);
        }
    }

    private void announce(CommandChange change) {
        if (change instanceof CommandChange.Changed(DeviceCommand command)
                && command.state().ended()) {
            waiters.ended(command);
        }
    }

    /** Stops ending and sending; what is in the store waits for the next start. */
    @Override
    public void close() {
        deadlines.close();
        threads.close();
    }

    /** Turns what became of a reply into what the channel asks for. */
    private final class Replied implements Completion<CommandChange> {

        private final DeviceId sender;
        private final Completion<? super ReplyOutcome> completion;

        Replied(DeviceId sender, Completion<? super ReplyOutcome> completion) {
            this.sender = sender;
            this.completion = completion;
        }

        @Override
        public void durable(CommandChange change) {
            announce(change);
            switch (change) {
                case CommandChange.Changed(DeviceCommand command) ->
                        completion.durable(
                                command.progress().repliedLate()
                                        ? ReplyOutcome.LATE
                                        : ReplyOutcome.RECORDED);
                case CommandChange.Unchanged(DeviceCommand command) -> {
                    if (command.device().equals(sender)) {
                        completion.durable(ReplyOutcome.DUPLICATE);
                    } else {
                        completion.failed(notYours());
                    }
                }
                case CommandChange.NoSuchCommand() -> completion.failed(notYours());
            }
        }

        @Override
        public void failed(RuntimeException cause) {
            completion.failed(cause);
        }

        /**
         * The same for a foreign command as for none, or replies could be used to look for some.
         */
        private static MessageRefused notYours() {
            return new MessageRefused(
                    RefusalReason.TOPIC_REFUSED, "the device has no command with this id");
        }
    }
}
