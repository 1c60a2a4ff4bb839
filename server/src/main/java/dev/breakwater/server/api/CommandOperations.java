/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.command.CommandChange;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.command.NewCommand;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.limits.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What devices are to do. */
final class CommandOperations {

    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LIFETIME = Duration.ofDays(1);

    private final DeviceStore devices;
    private final Commands commands;

    CommandOperations(DeviceStore devices, Commands commands) {
        this.devices = devices;
        this.commands = commands;
    }

    void register(Handlers handlers) {
        handlers.on("listCommands", Permission.COMMANDS_READ, this::list)
                .on(
                        "sendCommand",
                        Permission.COMMANDS_WRITE,
                        this::send,
                        AuditAction.COMMAND_CREATED)
                .on("getCommand", Permission.COMMANDS_READ, this::get)
                .on(
                        "cancelCommand",
                        Permission.COMMANDS_WRITE,
                        this::cancel,
                        AuditAction.COMMAND_CANCELLED);
    }

    record CommandView(
            String id,
            String device,
            String name,
            ObjectNode arguments,
            String state,
            String createdBy,
            Instant createdAt,
            Instant expiresAt,
            long replyTimeoutSeconds,
            Optional<Instant> deliveredAt,
            Optional<Instant> endedAt,
            Optional<Instant> repliedAt,
            Optional<ObjectNode> result,
            Optional<String> error) {
        static CommandView of(DeviceCommand command) {
            Optional<ObjectNode> result = Optional.empty();
            Optional<String> error = Optional.empty();
            if (command.progress().reply().isPresent()) {
                switch (command.progress().reply().get()) {
                    case CommandReply.Succeeded(ObjectNode given) -> result = Optional.of(given);
                    case CommandReply.Failed(String given) -> error = Optional.of(given);
                }
            }
            return new CommandView(
                    command.id().toString(),
                    command.device().toString(),
                    command.request().name(),
                    command.request().arguments(),
                    command.state().code(),
                    command.createdBy(),
                    command.createdAt(),
                    command.request().expiresAt(),
                    command.replyTimeout().toSeconds(),
                    command.progress().deliveredAt(),
                    command.progress().endedAt(),
                    command.progress().repliedAt(),
                    result,
                    error);
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        DeviceId device = call.id("deviceId", DeviceId::parse);
        if (devices.device(caller.organization(), device).isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        Optional<CommandId> before = call.cursor(CommandId::parse);
        List<DeviceCommand> rows =
                commands.ofDevice(caller.organization(), device, before, count + 1);
        return Reply.ok(Page.of(rows, count, CommandView::of, command -> command.id().toString()));
    }

    private Reply send(AuthenticatedCaller caller, Call call) throws ContractViolation {
        DeviceId device = call.id("deviceId", DeviceId::parse);
        ObjectNode arguments =
                call.member("arguments")
                        .map(ObjectNode.class::cast)
                        .orElseGet(() -> JsonMapper.shared().createObjectNode());
        NewCommand wanted =
                new NewCommand(
                        call.text("name"),
                        arguments,
                        seconds(call, "replyTimeoutSeconds").orElse(REPLY_TIMEOUT),
                        seconds(call, "lifetimeSeconds").orElse(LIFETIME));
        CommandCreation creation =
                commands.create(caller.organization(), device, wanted, caller.actor());
        return switch (creation) {
            case CommandCreation.Created(DeviceCommand command) ->
                    Reply.created(
                            CommandView.of(command),
                            "/api/v1/devices/" + device + "/commands/" + command.id());
            case CommandCreation.NoSuchDevice() -> Problems.notFound();
            case CommandCreation.DeviceRevoked(DeviceId revoked) ->
                    Problems.notPossibleNow("The device is revoked and will never take a command.");
            case CommandCreation.QueueFull(int commandsMax) ->
                    Problems.limitReached(
                            "%d commands wait for the device, as many as may; cancel one."
                                    .formatted(commandsMax));
            case CommandCreation.Refused(String why) ->
                    throw ContractViolation.member("", "is refused: " + why);
        };
    }

    private static Optional<Duration> seconds(Call call, String member) {
        return call.member(member).map(JsonNode::longValue).map(Duration::ofSeconds);
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        DeviceId device = call.id("deviceId", DeviceId::parse);
        CommandId id = call.id("commandId", CommandId::parse);
        int waitSeconds = call.values().optionalInteger("wait").orElse(0);
        return awaited(caller, device, id, Duration.ofSeconds(waitSeconds))
                .map(command -> Reply.ok(CommandView.of(command)))
                .orElseGet(Problems::notFound);
    }

    private Optional<DeviceCommand> awaited(
            AuthenticatedCaller caller, DeviceId device, CommandId id, Duration wait) {
        if (wait.isPositive()) {
            try {
                return commands.awaitEnd(caller.organization(), device, id, wait);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }
        return commands.get(caller.organization(), device, id);
    }

    private Reply cancel(AuthenticatedCaller caller, Call call) {
        DeviceId device = call.id("deviceId", DeviceId::parse);
        CommandId id = call.id("commandId", CommandId::parse);
        if (commands.get(caller.organization(), device, id).isEmpty()) {
            return Problems.notFound();
        }
        return switch (commands.cancel(caller.organization(), id, caller.actor())) {
            case CommandChange.Changed(DeviceCommand command) -> Reply.ok(CommandView.of(command));
            case CommandChange.Unchanged(DeviceCommand command) ->
                    Problems.notPossibleNow(
                            "The command is %s; only one that waits can be cancelled."
                                    .formatted(command.state().code()));
            case CommandChange.NoSuchCommand() -> Problems.notFound();
        };
    }
}
