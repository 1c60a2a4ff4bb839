/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Table;
import dev.breakwater.companion.DeviceRefused;
import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.OtherDevice;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.Visitor;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater app set-up}: a device becomes its owner's. */
@Command(
        name = "set-up",
        description = {
            "Make a device yours: get a ticket from the server, then tell the device which network to join.",
            "The device waits for that at its first start, or after a long press of its button. This computer has",
            "to be in the device's own network meanwhile; a terminal says when. The passphrase of your network is",
            "asked for, or read from standard input: one line."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater app set-up label.png",
            "  pass show wifi | breakwater app set-up label.png --ssid Meer --at 192.168.4.1"
        })
final class SetUpCommand implements Runnable {

    /** Joining and enrolling take up to two minutes where the network is bad. */
    private static final Duration FOLLOW_MAX = Duration.ofMinutes(3);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final AppOptions app;

    @Parameters(paramLabel = "PICTURE", description = "A PNG with the device's label.")
    private Path picture = Path.of("");

    @Option(
            names = "--ssid",
            paramLabel = "NAME",
            description =
                    "The name of your network; if not given, you choose among those the device hears.")
    private Optional<String> ssid = Optional.empty();

    @Option(
            names = "--at",
            paramLabel = "ADDRESS[:PORT]",
            description =
                    "Where the device is, if it is not this computer's gateway; port 8443 unless said"
                            + " otherwise.")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--enrollment-port",
            paramLabel = "PORT",
            defaultValue = "8884",
            description = "Where the server enrolls devices; ${DEFAULT-VALUE} if not given.")
    private int enrollmentPort = 8884;

    @Option(
            names = "--channel-port",
            paramLabel = "PORT",
            defaultValue = "8883",
            description = "Where devices connect; ${DEFAULT-VALUE} if not given.")
    private int channelPort = 8883;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "1m",
            description =
                    "How long to wait for the device at the server; ${DEFAULT-VALUE} if not given.")
    private Duration wait = Duration.ofMinutes(1);

    SetUpCommand(AppOptions app) {
        this.app = app;
    }

    @Override
    public void run() {
        SetupLabel label = LabelPicture.read(picture);
        Optional<InetSocketAddress> told = at.map(SetUpCommand::address);
        try {
            Optional<WayBack> back = setUp(label, told);
            OwnDevice device = awaited(label, back);
            app.print(device.json(), AppCommand.SHOWN);
            app.terminal().say("The device " + label.serial() + " is yours.");
            app.terminal().next("app", "device", label.serial().text());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.UNREACHABLE, "interrupted while waiting", interrupted);
        }
    }

    /**
     * Gets a ticket and tells the device.
     *
     * @return where it will say what went wrong, if it has left its own network
     */
    private Optional<WayBack> setUp(SetupLabel label, Optional<InetSocketAddress> told)
            throws InterruptedException {
        try (Account account = app.account();
                Visitor visitor = app.visitor()) {
            ServerPlace place = AppOptions.done(() -> visitor.place(enrollmentPort, channelPort));
            Account.Granted granted = app.done(account, () -> account.ticket(label));
            app.terminal()
                    .say(
                            "The server has granted a ticket for "
                                    + label.serial()
                                    + ", good until "
                                    + granted.expiresAt()
                                    + ".");
            join(label);
            InetSocketAddress where = told.orElseGet(SetUpCommand::gateway);
            DeviceSetup setup = new DeviceSetup(where, label);
            boolean hasLeft = setUp(setup, granted.ticket(), place);
            return hasLeft
                    ? Optional.of(
                            new WayBack(
                                    setup,
                                    told.isPresent()
                                            ? Optional.empty()
                                            : Optional.of(where.getAddress())))
                    : Optional.empty();
        }
    }

    /** A script is in the network already, or has said where the device is. */
    private void join(SetupLabel label) {
        if (app.keyboard().isAttended() && at.isEmpty()) {
            app.terminal()
                    .say(
                            "Join the network "
                                    + label.network()
                                    + " with the passphrase "
                                    + label.passphrase()
                                    + ".");
            var _ = app.keyboard().line("Press Enter when this computer is in it");
        }
    }

    /**
     * Tells the device what to do.
     *
     * @return whether it has left its own network, which comes back if it fails
     */
    private boolean setUp(DeviceSetup setup, SetupTicket ticket, ServerPlace place)
            throws InterruptedException {
        try {
            DeviceReport report = setup.report();
            app.terminal()
                    .say(
                            "Found "
                                    + report.product()
                                    + " "
                                    + report.serial()
                                    + ", firmware "
                                    + report.firmware()
                                    + ".");
            report.failure()
                    .ifPresent(
                            why ->
                                    app.terminal()
                                            .say(
                                                    "Its last attempt failed. "
                                                            + new SetupResult.Failed(
                                                                            why, report.triesLeft())
                                                                    .sentence()));
            Ssid network = network(setup);
            WifiPassphrase passphrase = passphrase(network);
            setup.send(new SetupRequest(network, passphrase, ticket, place));
            return switch (setup.follow(FOLLOW_MAX)) {
                case SetupResult.Done() -> {
                    app.terminal().say("The device is in " + network + " and has enrolled.");
                    yield false;
                }
                case SetupResult.OutOfReach() -> {
                    app.terminal()
                            .say(
                                    "The device has left its own network, as most do. Go back to your"
                                            + " own; the server tells whether the device came.");
                    app.terminal()
                            .say(
                                    "If the device's network comes back, join it again: the device"
                                            + " says there what went wrong.");
                    yield true;
                }
                case SetupResult.Failed failed -> throw refusal(failed);
            };
        } catch (OtherDevice | DeviceRefused refused) {
            throw new CommandFailed(
                    ExitCode.REFUSED, String.valueOf(refused.getMessage()), refused);
        } catch (IOException silent) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    silent.getMessage()
                            + "; is the device waiting to be set up, and this computer in its"
                            + " network?",
                    silent);
        }
    }

    private Ssid network(DeviceSetup setup) throws IOException, InterruptedException {
        if (ssid.isPresent()) {
            try {
                return Ssid.ofText(ssid.get());
            } catch (IllegalArgumentException wrong) {
                throw new CommandFailed(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
            }
        }
        List<WifiNetwork> heard =
                setup.networks().stream()
                        .filter(network -> network.security().isJoinable())
                        .toList();
        if (heard.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    "the device hears no network it could join; put it nearer to the router");
        }
        Table table = new Table("NUMBER", "NETWORK", "SIGNAL");
        for (int i = 0; i < heard.size(); i++) {
            table.row(
                    Integer.toString(i + 1),
                    heard.get(i).ssid().printable(),
                    Integer.toString(heard.get(i).signalPercent()));
        }
        table.lines().forEach(app.terminal()::say);
        String typed = app.keyboard().line("The number of your network").strip();
        if (!typed.matches("[0-9]{1,3}")
                || Integer.parseInt(typed) < 1
                || Integer.parseInt(typed) > heard.size()) {
            throw new CommandFailed(ExitCode.USAGE, "'" + typed + "' is not one of the numbers");
        }
        return heard.get(Integer.parseInt(typed) - 1).ssid();
    }

    private WifiPassphrase passphrase(Ssid network) {
        try {
            return new WifiPassphrase(app.keyboard().secret("Passphrase of " + network));
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static CommandFailed refusal(SetupResult.Failed failed) {
        return new CommandFailed(
                ExitCode.REFUSED,
                AppOptions.clause(failed.sentence())
                        + "; the device takes "
                        + failed.triesLeft()
                        + " more tries");
    }

    /**
     * The device as the server sees it, connected. While this computer goes from one network to the
     * other the server may be out of reach, and connections made before lead nowhere: nothing of
     * them is used again.
     *
     * @param back where a device that failed says why
     */
    private OwnDevice awaited(SetupLabel label, Optional<WayBack> back)
            throws InterruptedException {
        try (Account account = app.account()) {
            return awaited(account, label, back);
        }
    }

    private OwnDevice awaited(Account account, SetupLabel label, Optional<WayBack> back)
            throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            Optional<Optional<OwnDevice>> answer =
                    app.doneIfReached(account, () -> account.devices().withSerial(label.serial()));
            Optional<OwnDevice> device = answer.flatMap(found -> found);
            if (device.isPresent() && device.get().connected()) {
                return device.get();
            }
            if (back.isPresent()) {
                back.get().failure().map(SetUpCommand::refusal).ifPresent(SetUpCommand::raise);
            }
            if (System.nanoTime() > deadline) {
                throw new CommandFailed(ExitCode.UNREACHABLE, missing(answer) + "; " + nextTry());
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private static void raise(CommandFailed failed) {
        throw failed;
    }

    private static String missing(Optional<Optional<OwnDevice>> answer) {
        if (answer.isEmpty()) {
            return "the server cannot be reached from here, so nobody tells whether the device came";
        }
        return answer.get().isPresent()
                ? "the device is yours and has not connected yet"
                : "the device has not come to the server";
    }

    private String nextTry() {
        return "if its own network is there again, run breakwater app set-up " + picture + " again";
    }

    private static InetSocketAddress gateway() {
        return Gateway.only()
                .map(gateway -> new InetSocketAddress(gateway, SetupPaths.PORT))
                .orElseThrow(
                        () ->
                                new CommandFailed(
                                        ExitCode.USAGE,
                                        "this computer has no gateway, or several; give the device's"
                                                + " address with --at"));
    }

    private static InetSocketAddress address(String text) {
        try {
            URI uri = URI.create("device://" + text);
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("no host");
            }
            String host = uri.getHost().replaceAll("[\\[\\]]", "");
            return new InetSocketAddress(
                    InetAddress.ofLiteral(host),
                    uri.getPort() < 0 ? SetupPaths.PORT : uri.getPort());
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "'" + text + "' is no address with or without a port, e.g. 192.168.4.1:8443",
                    wrong);
        }
    }
}
