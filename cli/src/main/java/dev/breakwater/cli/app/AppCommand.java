/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Assignments;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.DeviceReading;
import dev.breakwater.companion.account.DeviceState;
import dev.breakwater.companion.account.Nothing;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.OwnDevices;
import dev.breakwater.companion.account.SentCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater app}: what a device's owner does with a phone. */
@Command(
        name = "app",
        description = {
            "Be the owner of a device: set it up, look at it, steer it, give it away.",
            "This is what the app on an owner's phone does, with the same library."
        },
        footerHeading = "%nTo begin:%n",
        footer = {
            "  breakwater app scan label.png      what the label says, and whether the device is free",
            "  breakwater app login --help        log in as its owner",
            "  breakwater app set-up --help       make it yours"
        })
public final class AppCommand {

    static final String DEVICE = "Its id or its serial.";

    private static final int READINGS_SHOWN = 5;

    static final Columns SHOWN =
            Columns.none()
                    .and("SERIAL", "serial")
                    .and("STATUS", "status")
                    .and("CONNECTED", "connected")
                    .and("LAST CONNECTED", "lastConnectedAt")
                    .and("SHARED BY", "share/owner/email")
                    .and("RIGHT", "share/right")
                    .and("ID", "id");
    private static final Columns COMMAND =
            Columns.none()
                    .and("ID", "id")
                    .and("NAME", "name")
                    .and("STATE", "state")
                    .and("CREATED", "createdAt")
                    .and("ENDED", "endedAt")
                    .and("RESULT", "result")
                    .and("ERROR", "error");

    @Mixin private final AppOptions app;

    private AppCommand(AppOptions app) {
        this.app = app;
    }

    /** The command with all its verbs, which share these options. */
    public static CommandLine of(AppOptions app) {
        return new CommandLine(new AppCommand(app))
                .addSubcommand(new AppLogInCommand(app))
                .addSubcommand(new AppLogOutCommand(app))
                .addSubcommand(new ScanCommand(app))
                .addSubcommand(new SetUpCommand(app))
                .addSubcommand(new ShareCommand(app))
                .addSubcommand(new AcceptShareCommand(app))
                .addSubcommand(new SharesCommand(app))
                .addSubcommand(new UnshareCommand(app))
                .addSubcommand(new UpdatesCommand(app))
                .addSubcommand(new ApproveCommand(app))
                .addSubcommand(new PostponeCommand(app))
                .addSubcommand(new RefuseCommand(app))
                .addSubcommand(new TransferCommand(app))
                .addSubcommand(new AcceptCommand(app))
                .addSubcommand(new StolenCommand(app))
                .addSubcommand(new DisposeCommand(app));
    }

    @Command(
            description = {
                "Show your devices in the order in which they were set up, and those that others share with you:",
                "by whom, and whether you may read or use them."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater app devices")
    void devices(
            @Option(
                            names = "--cursor",
                            paramLabel = "CURSOR",
                            description = "Go on where the page before ended.")
                    Optional<String> cursor) {
        try (Account account = app.account()) {
            OwnDevices.Page page = app.done(account, () -> account.devices().page(cursor));
            SharesCommand.mark(
                    page.devices(), app.done(account, () -> account.sharing().received()));
            if (app.isJson()) {
                app.terminal().json(page.json().toString());
            } else {
                SHOWN.printRows(page.json().path("items"), app.terminal());
            }
            if (page.next().isPresent()) {
                app.terminal().next("app", "devices", "--cursor", page.next().get());
            } else if (page.devices().isEmpty()) {
                app.terminal().next("app", "set-up", "label.png");
            } else {
                app.terminal().next("app", "device", page.devices().getFirst().serial().text());
            }
        }
    }

    @Command(
            description =
                    "Show one of your devices: how it is, how it is to be, what it told last.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater app device tank-1")
    void device(@Parameters(paramLabel = "DEVICE", description = DEVICE) String name) {
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            DeviceState state = app.done(account, () -> account.devices().state(device.id()));
            List<DeviceReading> readings =
                    app.done(
                            account, () -> account.devices().readings(device.id(), READINGS_SHOWN));
            SharesCommand.mark(
                    List.of(device), app.done(account, () -> account.sharing().received()));
            if (app.isJson()) {
                app.terminal().json(together(device, state, readings).toString());
            } else {
                show(device, state, readings);
            }
            app.terminal().next("app", "watch", name);
        }
    }

    private static ObjectNode together(
            OwnDevice device, DeviceState state, List<DeviceReading> readings) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("device", device.json());
        json.set("state", state.json());
        ArrayNode told = json.putArray("readings");
        for (DeviceReading reading : readings) {
            told.addObject().put("at", reading.at().toString()).set("reading", reading.reading());
        }
        return json;
    }

    private void show(OwnDevice device, DeviceState state, List<DeviceReading> readings) {
        Terminal terminal = app.terminal();
        SHOWN.printSheet(device.json(), terminal);
        terminal.result("is      " + state.reported());
        terminal.result("is to be  " + state.desired());
        for (DeviceReading reading : readings) {
            terminal.result("told    " + reading.at() + "  " + reading.reading());
        }
    }

    @Command(
            name = "set",
            description = {
                "Change how one of your devices is to be.",
                "A value that reads as JSON is taken as JSON, anything else as text; null removes a setting."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater app set tank-1 brightness=70")
    void set(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String name,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "NAME=VALUE",
                            description = "Its settings.")
                    List<String> assignments) {
        ObjectNode patch = Assignments.object(assignments);
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            DeviceState before = app.done(account, () -> account.devices().state(device.id()));
            DeviceState after =
                    app.done(
                            account,
                            () -> account.devices().change(device.id(), patch, before.version()));
            if (app.isJson()) {
                app.terminal().json(after.json().toString());
            } else {
                app.terminal().result("is to be  " + after.desired());
            }
            app.terminal()
                    .say(
                            device.connected()
                                    ? "Told " + name + "."
                                    : "Changed; " + name + " is told when it comes back.");
            app.terminal().next("app", "device", name);
        }
    }

    @Command(
            name = "command",
            description = {
                "Let one of your devices do something. It is told at once, or when it comes back. With --wait",
                "the exit code says whether it did it: 0 only if it succeeded in that time.",
                "A value that reads as JSON is taken as JSON, anything else as text."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater app command tank-1 feed grams=5 --wait 10s")
    void command(
            @Parameters(index = "0", paramLabel = "DEVICE", description = DEVICE) String name,
            @Parameters(index = "1", paramLabel = "NAME", description = "What it is to do.")
                    String what,
            @Parameters(
                            index = "2..*",
                            arity = "0..*",
                            paramLabel = "NAME=VALUE",
                            description = "Its arguments.")
                    Optional<List<String>> assignments,
            @Option(
                            names = "--wait",
                            paramLabel = "TIME",
                            description = "Wait this long for the device to have done it.")
                    Optional<Duration> wait) {
        ObjectNode arguments = Assignments.object(assignments.orElse(List.of()));
        try (Account account = app.account()) {
            OwnDevice device = app.device(account, name);
            SentCommand sent =
                    app.done(
                            account,
                            () ->
                                    account.devices()
                                            .send(
                                                    device.id(),
                                                    what,
                                                    arguments,
                                                    OwnDevices.Times.usual()));
            app.terminal().say("Sent " + what + " to " + name + ".");
            if (wait.isEmpty()) {
                app.print(sent.json(), COMMAND);
                app.terminal().next("app", "device", name);
                return;
            }
            SentCommand ended =
                    app.done(
                            account,
                            () -> account.devices().await(device.id(), sent.id(), wait.get()));
            app.print(ended.json(), COMMAND);
            if (!ended.succeeded()) {
                throw new CommandFailed(
                        ExitCode.REFUSED,
                        ended.hasEnded()
                                ? "the device did not do it: the command is " + ended.state()
                                : "the command is still " + ended.state());
            }
            app.terminal().next("app", "device", name);
        }
    }

    @Command(
            description = {
                "Show what happens to your devices until it is interrupted. What is missed while the connection is",
                "broken is shown afterwards, or it is said that it is lost."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  breakwater app watch", "  breakwater app watch tank-1 -o json"})
    void watch(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "DEVICE",
                            description = "Only this one, by its id or its serial.")
                    Optional<String> name,
            @Option(names = "--count", paramLabel = "NUMBER", description = "End after so many.")
                    Optional<Long> count) {
        try (Account account = app.account()) {
            Optional<OwnDevice> device = name.map(known -> app.device(account, known));
            EventText shown =
                    new EventText(app.terminal(), app.isJson(), count.orElse(Long.MAX_VALUE));
            Nothing _ =
                    app.done(
                            account,
                            () -> account.watch().follow(device.map(OwnDevice::id), shown));
        }
    }
}
