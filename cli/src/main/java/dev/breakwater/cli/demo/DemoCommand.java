/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.client.ProfileFile;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.Listeners;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole story on a fresh server, and stays up to be played with. */
@Command(
        name = "demo",
        description =
                "Watch a fish tank make its key, enroll, connect, obey, be updated and be cut off, on a real server.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater demo            tell the story, then stay up and say what to try",
            "  breakwater demo --check    tell the story and end: 0 if every step was seen",
        })
public final class DemoCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final OwnCommandLine commandLine;

    @Option(names = "--check", description = "End after the story, with 0 if every step was seen.")
    private boolean check;

    /**
     * A demo that tells its story on this terminal.
     *
     * @param commandLine what the people in it use
     */
    public DemoCommand(Terminal terminal, OwnCommandLine commandLine) {
        this.terminal = terminal;
        this.commandLine = commandLine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        // Before the first logger exists: the story says what happens, the log would say it again.
        System.getProperties().putIfAbsent("BREAKWATER_LOG", "ERROR");
        Path directory = Files.createTempDirectory("breakwater-demo-");
        Story story = new Story(terminal);
        FishTankStory tanks =
                new FishTankStory(
                        story, commandLine, directory, check ? Listeners.LOOPBACK_ANY : ports());
        Runtime.getRuntime().addShutdownHook(new Thread(tanks::close, "shutdown"));
        try {
            tanks.play();
        } catch (Story.Failed failed) {
            throw new CommandFailed(
                    ExitCode.CHECK_FAILED,
                    failed.getMessage() + "; its data is in " + directory,
                    failed);
        }
        terminal.result(
                "%d steps, all seen, in %.1f s."
                        .formatted(story.steps(), story.elapsed().toMillis() / 1000.0));
        if (!check) {
            invite(tanks, directory);
            new CountDownLatch(1).await();
        }
        tanks.close();
        Directories.delete(directory);
        return ExitCode.OK.number();
    }

    /** The ports of the documentation if they are free, or else any. */
    private static Listeners ports() {
        Listeners standard = Listeners.DEFAULT;
        int[] wanted = {
            standard.channel(), standard.enrollment(), standard.api(), standard.operations()
        };
        for (int port : wanted) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                probe.setReuseAddress(true);
            } catch (IOException taken) {
                return Listeners.LOOPBACK_ANY;
            }
        }
        return new Listeners(
                "127.0.0.1",
                standard.channel(),
                standard.enrollment(),
                standard.api(),
                standard.operations());
    }

    private void invite(FishTankStory tanks, Path directory) throws IOException {
        Path profile = directory.resolve("profile.toml");
        try (ProfileFile.Reservation reservation = new ProfileFile(profile).reserve(false)) {
            reservation.store(tanks.operator().profile());
        }
        Guest guest = tanks.guest();
        String breakwater = "./breakwater ";
        String with = " --profile " + profile;
        terminal.result("");
        terminal.result("The server and the tank TANK-0002 go on. In another terminal, try:");
        terminal.result("  " + breakwater + "device list" + with);
        terminal.result(
                "  " + breakwater + "command send TANK-0002 feed portions=1 --wait 10s" + with);
        terminal.result("  " + breakwater + "device telemetry TANK-0002" + with);
        terminal.result("  " + breakwater + "audit list" + with);
        terminal.result(
                "With a stock MQTT client (apt-get install mosquitto-clients), as the device "
                        + guest.serial()
                        + ":");
        String mosquitto =
                " -h localhost -p %d --cafile %s --cert %s --key %s -V mqttv5 -q 1"
                        .formatted(
                                tanks.server().listeners().channel(),
                                guest.rootFile(),
                                guest.certificateFile(),
                                guest.keyFile());
        terminal.result(
                "  mosquitto_pub"
                        + mosquitto
                        + " -t me/telemetry -m '{\"temperatureCelsius\": 24.5}'");
        terminal.result("  mosquitto_sub" + mosquitto + " -t me/commands/+ -v");
        terminal.result("and while it listens, cut it off:");
        terminal.result(
                "  "
                        + breakwater
                        + "device revoke "
                        + guest.serial()
                        + " --reason 'just because'"
                        + with);
        terminal.result("Ctrl-C ends the demo; its data is in " + directory + ".");
    }
}
