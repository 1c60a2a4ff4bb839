/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.command;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Assignments;
import dev.breakwater.cli.terminal.Columns;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater command}: what devices are to do. */
@Command(name = "command", description = "Send commands to devices and see what became of them.")
public final class CommandCommand {

    private static final String DEVICE = "Its id or its serial.";
    private static final String COMMAND = "Its id.";

    /** The longest that the API holds an answer back. */
    private static final Duration SERVER_WAIT_MAX = Duration.ofSeconds(60);

    private static final Set<String> UNFINISHED = Set.of("queued", "delivered");

    private static final Columns LISTED =
            Columns.none()
                    .and("ID", "id")
                    .and("NAME", "name")
                    .and("STATE", "state")
                    .and("CREATED", "createdAt")
                    .and("ENDED", "endedAt")
                    .and("RESULT", "result")
                    .and("ERROR", "error");
    private static final Columns SHOWN =
            LISTED.and("ARGUMENTS", "arguments")
                    .and("DEVICE", "device")
                    .and("DELIVERED", "deliveredAt")
                    .and("REPLIED", "repliedAt")
                    .and("EXPIRES", "expiresAt")
                    .and("CREATED BY", "createdBy");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public CommandCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Send a command. It is delivered at once, or when the device returns. With --wait the",
                "exit code says whether the device did it: 0 only if it succeeded in that time.",
                "A value that reads as JSON is taken as JSON, anything else as text."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater command send tank-1 feed grams=5 --wait 10s",
                "  breakwater command send tank-1 set-light --arguments '{\"on\":true}' --expires 1h"
            })
    void send(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String device,
            @Parameters(index = "1", paramLabel = "NAME", description = "What it is to do.")
                    String name,
            @Parameters(
                            index = "2..*",
                            arity = "0..*",
                            paramLabel = "NAME=VALUE",
                            description = "Its arguments.")
                    @Nullable List<String> assignments,
            @Option(
                            names = "--arguments",
                            paramLabel = "JSON",
                            description = "Its arguments as one JSON object.")
                    Optional<String> json,
            @Option(
                            names = "--wait",
                            paramLabel = "TIME",
                            description = "Wait this long for the device to have done it.")
                    Optional<Duration> wait,
            @Option(
                            names = "--timeout",
                            paramLabel = "TIME",
                            description = "How long the device may take once it has the command.")
                    Optional<Duration> timeout,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            description = "How long the command may wait for the device.")
                    Optional<Duration> expires) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
        body.set("arguments", arguments(assignments == null ? List.of() : assignments, json));
        timeout.ifPresent(time -> body.put("replyTimeoutSeconds", time.toSeconds()));
        expires.ifPresent(time -> body.put("lifetimeSeconds", time.toSeconds()));
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiAnswer sent = api.send(ApiRequest.create(body, "devices", id, "commands"));
            String command = sent.json().path("id").asString();
            server.terminal().say("Sent " + name + " to " + device + ".");
            if (wait.isEmpty()) {
                server.print(sent, SHOWN);
                server.terminal().next("command", "show", device, command, "--wait", "10s");
            } else {
                tellEnd(awaited(api, id, command, wait.get()), device);
            }
        }
    }

    private static ObjectNode arguments(List<String> assignments, Optional<String> json) {
        if (json.isPresent() && !assignments.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "give arguments as NAME=VALUE or with --arguments, not both");
        }
        return json.map(Assignments::object).orElseGet(() -> Assignments.object(assignments));
    }

    @Command(
            description = "Show the commands of a device, newest first.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater command list tank-1")
    void list(
            @Parameters(paramLabel = "DEVICE", description = DEVICE) String device,
            @Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiAnswer answer = api.send(page.of(ApiRequest.get("devices", id, "commands")));
            server.printPage(answer, LISTED, "command", "list", device);
        }
    }

    @Command(
            description = "Show one command, and with --wait what becomes of it.",
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater command show tank-1 0199a6a0-7c00-7000-8000-000000000003 --wait 10s")
    void show(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String device,
            @Parameters(index = "1", paramLabel = "COMMAND", description = COMMAND) String command,
            @Option(
                            names = "--wait",
                            paramLabel = "TIME",
                            description = "Wait this long for the device to have done it.")
                    Optional<Duration> wait) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            if (wait.isEmpty()) {
                server.print(api.send(ApiRequest.get("devices", id, "commands", command)), SHOWN);
            } else {
                tellEnd(awaited(api, id, command, wait.get()), device);
            }
        }
    }

    @Command(
            description = "Call back a command that the device has not got yet.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater command cancel tank-1 0199a6a0-7c00-7000-8000-000000000003")
    void cancel(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String device,
            @Parameters(index = "1", paramLabel = "COMMAND", description = COMMAND)
                    String command) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            ApiRequest request =
                    ApiRequest.post("devices", id, "commands", command, "cancellation");
            server.print(api.send(request), SHOWN);
            server.terminal().say("Cancelled the command " + command + ".");
            server.terminal().next("command", "list", device);
        }
    }

    /** The command when it has ended, or as it is when the time is over. */
    private static ApiAnswer awaited(ApiClient api, String device, String command, Duration wait) {
        Duration left = wait;
        while (true) {
            Duration turn = left.compareTo(SERVER_WAIT_MAX) < 0 ? left : SERVER_WAIT_MAX;
            ApiAnswer answer =
                    api.send(
                            ApiRequest.get("devices", device, "commands", command)
                                    .with("wait", turn.toSeconds())
                                    .waiting(turn));
            left = left.minus(turn);
            boolean ended = !UNFINISHED.contains(answer.json().path("state").asString(""));
            if (ended || left.isZero()) {
                return answer;
            }
        }
    }

    private void tellEnd(ApiAnswer answer, String device) {
        server.print(answer, SHOWN);
        JsonNode command = answer.json();
        String state = command.path("state").asString("");
        if (state.equals("succeeded")) {
            server.terminal().next("command", "list", device);
            return;
        }
        String id = command.path("id").asString("");
        throw new CommandFailed(
                ExitCode.REFUSED,
                UNFINISHED.contains(state)
                        ? "the command is still %s; breakwater command show %s %s tells more later"
                                .formatted(state, device, id)
                        : "the device did not do it: the command is " + state);
    }
}
