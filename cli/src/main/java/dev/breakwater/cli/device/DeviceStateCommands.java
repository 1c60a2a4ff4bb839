/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Assignments;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/**
 * What a device told and what it is to become. These are verbs of {@code breakwater device}, too;
 * they stand here because they concern its state and not its right to be there.
 */
@Command
final class DeviceStateCommands {

    private static final Columns TELEMETRY =
            Columns.none().and("AT", "at").and("FORM", "form").and("READING", "reading");
    private static final Columns EVENTS =
            Columns.none()
                    .and("AT", "at")
                    .and("TYPE", "type")
                    .and("FORM", "form")
                    .and("EVENT", "event");

    private final ServerOptions server;

    /** With the options of the group. */
    DeviceStateCommands(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show what a device reports, what it is to become, and the difference.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device state tank-1")
    void state(
            @Parameters(paramLabel = "DEVICE", description = DeviceCommand.DEVICE) String device) {
        try (ApiClient api = server.connect()) {
            String id = Names.deviceId(api, device);
            server.print(api.send(ApiRequest.get("devices", id, "state")), this::printTwin);
            server.terminal().next("device", "desire", device, "NAME=VALUE");
        }
    }

    @Command(
            description = {
                "Change what a device is to become. A connected device is told at once, another when it",
                "returns. A value that reads as JSON is taken as JSON, anything else as text; null removes."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device desire tank-1 light=on brightness=70",
                "  breakwater device desire tank-1 schedule='{\"feed\":[\"08:00\",\"18:00\"]}' mode=null",
                "  breakwater device desire tank-1 brightness=70 --if-version 12"
            })
    void desire(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DeviceCommand.DEVICE)
                    String device,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "NAME=VALUE",
                            description = "What is to change; the rest stays as it is.")
                    List<String> changes,
            @Option(
                            names = "--if-version",
                            paramLabel = "VERSION",
                            description =
                                    "Only if the desired state still has this version, as state shows it.")
                    Optional<Long> version) {
        JsonNode patch = Assignments.object(changes);
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    ApiRequest.patch(
                                    patch,
                                    "devices",
                                    Names.deviceId(api, device),
                                    "state",
                                    "desired")
                            .onlyIf(version.map(number -> "\"" + number + "\"").orElse("*"));
            server.print(api.send(request), this::printTwin);
            server.terminal().say("Changed the desired state of " + device + ".");
            server.terminal().next("device", "state", device);
        }
    }

    @Command(
            description = "Show what a device measured, newest first.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater device telemetry tank-1 --limit 10",
                "  breakwater device telemetry tank-1 --from 2026-11-22T00:00:00Z --oldest-first"
            })
    void telemetry(
            @Parameters(paramLabel = "DEVICE", description = DeviceCommand.DEVICE) String device,
            @Mixin Past past,
            @Mixin PageOptions page) {
        print(device, "telemetry", past, page, TELEMETRY);
    }

    @Command(
            description = "Show what happened to a device, newest first.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater device events tank-1 --from 2026-11-22T00:00:00Z")
    void events(
            @Parameters(paramLabel = "DEVICE", description = DeviceCommand.DEVICE) String device,
            @Mixin Past past,
            @Mixin PageOptions page) {
        print(device, "events", past, page, EVENTS);
    }

    /** A time range and a direction. */
    static final class Past {

        @Option(
                names = "--from",
                paramLabel = "TIME",
                description = "The earliest time, as 2026-11-22T08:00:00Z.")
        private Optional<Instant> from = Optional.empty();

        @Option(
                names = "--to",
                paramLabel = "TIME",
                description = "The first time after the range.")
        private Optional<Instant> to = Optional.empty();

        @Option(names = "--oldest-first", description = "The oldest first.")
        private boolean oldestFirst;

        ApiRequest of(ApiRequest listing) {
            return listing.with("from", from)
                    .with("to", to)
                    .with(
                            "order",
                            oldestFirst ? Optional.of("oldest-first") : Optional.<String>empty());
        }

        List<String> words() {
            List<String> words = new ArrayList<>();
            from.ifPresent(time -> words.addAll(List.of("--from", time.toString())));
            to.ifPresent(time -> words.addAll(List.of("--to", time.toString())));
            if (oldestFirst) {
                words.add("--oldest-first");
            }
            return words;
        }
    }

    private void print(String device, String what, Past past, PageOptions page, Columns columns) {
        List<String> again = new ArrayList<>(List.of("device", what, device));
        again.addAll(past.words());
        try (ApiClient api = server.connect()) {
            ApiRequest listing = ApiRequest.get("devices", Names.deviceId(api, device), what);
            ApiAnswer answer = api.send(page.of(past.of(listing)));
            server.printPage(answer, columns, again.toArray(String[]::new));
        }
    }

    private void printTwin(JsonNode twin) {
        for (String side : List.of("reported", "desired")) {
            JsonNode document = twin.path(side);
            server.terminal()
                    .result(
                            side
                                    + "  version "
                                    + document.path("version").asLong()
                                    + document.path("changedAt")
                                            .asStringOpt()
                                            .map(at -> "  " + at)
                                            .orElse(""));
            server.terminal().json(document.path("state").toPrettyString());
        }
        JsonNode difference = twin.path("difference");
        server.terminal()
                .result(
                        difference.isEmpty()
                                ? "difference  none: the device is as it is to be"
                                : "difference");
        if (!difference.isEmpty()) {
            server.terminal().json(difference.toPrettyString());
        }
    }
}
