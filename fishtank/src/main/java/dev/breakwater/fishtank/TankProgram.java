/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.update.launch.Launcher;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.fishtank.hardware.LinuxTank;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.fishtank.hardware.TankHardware;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The process of a tank that was provisioned by its factory. */
final class TankProgram {

    private static final String USAGE =
            "usage: FishTankFirmware <provisioning.json> <data directory> [linux <feeder device>]";

    private TankProgram() {}

    /** Runs until the process is told to end. */
    static void run(String[] arguments) throws InterruptedException {
        if (arguments.length != 2 && !(arguments.length == 4 && arguments[2].equals("linux"))) {
            System.err.println(USAGE);
            System.exit(2);
        }
        AgentEnvironment environment = AgentEnvironment.ofSystem();
        try {
            Path data = Path.of(arguments[1]).toAbsolutePath();
            TankHardware hardware =
                    arguments.length == 4
                            ? LinuxTank.find(Path.of("/"), arguments[3].replaceFirst("^/", ""))
                            : new SimulatedTank(environment.clock(), data.hashCode()).hardware();
            Optional<TankRelease> release = TankRelease.started(System.getenv());
            System.out.println("Version " + TankRelease.version(release) + ".");
            FishTankFirmware firmware =
                    FishTankFirmware.start(
                            new ProvisioningFile(Path.of(arguments[0])),
                            data,
                            hardware,
                            TankProgram::say,
                            environment,
                            release);
            Runtime.getRuntime().addShutdownHook(new Thread(firmware::close));
            String slots = System.getenv(Launcher.SLOTS_VARIABLE);
            Optional<Slot> slot =
                    Slot.ofCode(System.getenv().getOrDefault(Launcher.SLOT_VARIABLE, ""));
            if (release.isEmpty()
                    && slots != null
                    && slot.isPresent()
                    && !firmware.standTrial(
                            Path.of(slots), slot.get(), TankRelease.version(release))) {
                System.err.println("This version did not prove itself.");
                System.exit(1);
            }
            FishTankFirmware.End end = firmware.awaitEnd();
            System.out.println(
                    switch (end) {
                        case RESTART_WANTED -> "Restarting into the new version.";
                        case GIVEN_UP -> "This version did not prove itself.";
                        case ERASED -> "Erased. Whoever started this tank may start another.";
                        case STOPPED -> "Stopped: its lid was opened.";
                        case SET_UP_WANTED -> "This tank is set up by its provisioning file.";
                    });
            if (end.exitCode() != 0) {
                System.exit(end.exitCode());
            }
        } catch (IOException unusable) {
            System.err.println("The fish tank cannot start: " + unusable.getMessage());
            System.exit(1);
        }
    }

    private static void say(AgentState state) {
        System.out.println(
                switch (state) {
                    case AgentState.Unenrolled() -> "Asking for a certificate.";
                    case AgentState.Enrolled(var id) -> "Enrolled as device " + id + ".";
                    case AgentState.Connecting(_) -> "Connecting.";
                    case AgentState.Connected(_) -> "Connected.";
                    case AgentState.Refused(var reason, var retryIn) ->
                            "Refused: %s. Next attempt in %d s."
                                    .formatted(reason.text(), retryIn.toSeconds());
                    case AgentState.KeyUnusable(var reason, var retryIn) ->
                            "No key: %s. Next attempt in %d s."
                                    .formatted(reason, retryIn.toSeconds());
                    case AgentState.Stopped() -> "Stopped.";
                });
    }
}
