/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.event;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.LiveEvents;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code breakwater event}: what happens, as it happens. */
@Command(name = "event", description = "Watch what happens to devices.")
public final class EventCommand {

    /** As long as the server asks browsers to wait. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public EventCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Show what happens until it is interrupted: states that change, commands and rollouts that go on,",
                "devices that come and go. What is missed while the connection is broken is shown afterwards, or it",
                "is said that it is lost."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater event tail",
                "  breakwater event tail --device tank-1 --kinds state,command -o json",
                "  breakwater event tail --rollout 0199a6a0-7c00-7000-8000-000000000003"
            })
    void tail(
            @Option(
                            names = "--device",
                            paramLabel = "DEVICE",
                            description = "Only of this one, by its id or its serial.")
                    Optional<String> device,
            @Option(
                            names = "--rollout",
                            paramLabel = "ROLLOUT",
                            description = "Only of this one, with each step of its devices.")
                    Optional<String> rollout,
            @Option(
                            names = "--kinds",
                            paramLabel = "KINDS",
                            description =
                                    "Only these of state, command, device, finding, rollout, update;"
                                            + " commas between.")
                    Optional<String> kinds,
            @Option(names = "--count", paramLabel = "NUMBER", description = "End after so many.")
                    Optional<Long> count) {
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    ApiRequest.get("events")
                            .with("device", device.map(name -> Names.deviceId(api, name)))
                            .with("rollout", rollout)
                            .with("kinds", kinds);
            Tail tail = new Tail(count.orElse(Long.MAX_VALUE));
            while (tail.left > 0) {
                api.follow(request, tail.lastId, tail);
                if (tail.left > 0) {
                    tail.pause();
                }
            }
        }
    }

    /** Shows events, and remembers how far it has come. */
    private final class Tail implements LiveEvents {

        private long left;
        private Optional<String> lastId = Optional.empty();

        Tail(long left) {
            this.left = left;
        }

        @Override
        public void stands(String id) {
            lastId = Optional.of(id);
        }

        @Override
        public boolean happened(String name, JsonNode data) {
            switch (name) {
                case "reset" ->
                        server.terminal()
                                .say("Events are missing here: look anew at what you need.");
                case "end" -> end(data.path("reason").asString(""));
                default -> {
                    show(name, data);
                    left--;
                }
            }
            return left > 0;
        }

        private void end(String reason) {
            if (reason.equals("credential-over")) {
                throw new CommandFailed(
                        ExitCode.REFUSED,
                        "the profile's token may not listen any more: it has expired or was revoked");
            }
            server.terminal()
                    .say("The server has ended the stream (" + reason + "); trying again.");
        }

        private void show(String name, JsonNode data) {
            switch (server.format()) {
                case TABLE ->
                        server.terminal()
                                .result(
                                        data.properties().stream()
                                                .map(Tail::member)
                                                .collect(
                                                        Collectors.joining("  ", name + "  ", "")));
                case JSON ->
                        server.terminal()
                                .json(
                                        JsonNodeFactory.instance
                                                .objectNode()
                                                .put("event", name)
                                                .set("data", data)
                                                .toString());
            }
        }

        private static String member(Map.Entry<String, JsonNode> member) {
            return member.getKey() + "=" + member.getValue().asString();
        }

        private void pause() {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                left = 0;
            }
        }
    }
}
