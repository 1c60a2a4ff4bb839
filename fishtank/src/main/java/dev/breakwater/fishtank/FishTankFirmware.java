/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.fishtank.hardware.LinuxTank;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.fishtank.hardware.TankHardware;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The firmware of the fish tank, started from a provisioning file:
 *
 * <pre>{@code
 * java -cp ... dev.breakwater.fishtank.FishTankFirmware provisioning.json data-directory
 * }</pre>
 *
 * <p>It reports temperature, light and heating every ten seconds, the settings when they change,
 * and each feeding, and obeys {@code feed} and {@code set-light}.
 */
public final class FishTankFirmware implements AutoCloseable {

    /** How often the sensors are read and reported. */
    public static final Duration REPORT_EVERY = Duration.ofSeconds(10);

    private static final String USAGE =
            "usage: FishTankFirmware <provisioning.json> <data directory> [linux <feeder device>]";

    private final DeviceAgent agent;
    private final TankCommands commands;
    private final AgentEnvironment environment;
    private final Thread reporter =
            Thread.ofVirtual().name("fishtank-reporter").unstarted(this::report);

    private FishTankFirmware(
            DeviceAgent agent, TankCommands commands, AgentEnvironment environment) {
        this.agent = agent;
        this.commands = commands;
        this.environment = environment;
    }

    /**
     * Starts the firmware.
     *
     * @param provisioning what the factory left on the device; the enrollment code is erased from
     *     it
     * @param data the directory for the device's sealed storage, made if need be; the wrapping key
     *     is a file beside it, {@code <data>.key}
     * @param hardware the tank
     * @param listener is told what happens to the connection
     * @param environment clock, time and chance
     * @throws IOException if the provisioning or the storage cannot be used; the text says why
     */
    public static FishTankFirmware start(
            ProvisioningFile provisioning,
            Path data,
            TankHardware hardware,
            AgentListener listener,
            AgentEnvironment environment)
            throws IOException {
        Path keyFile = data.resolveSibling(data.getFileName() + ".key");
        SealedStorage storage =
                new SealedStorage(DirectoryDisk.open(data), WrappingKeyFile.openOrCreate(keyFile));
        CredentialSlots slots = CredentialSlots.open(storage, new SealedFileKeys(storage));
        DeviceAgent agent =
                new DeviceAgent(provisioning.read(), slots, provisioning, listener, environment);
        TankCommands commands =
                new TankCommands(new FishTank(hardware, environment.clock()), agent);
        commands.register();
        FishTankFirmware firmware = new FishTankFirmware(agent, commands, environment);
        commands.reportState();
        agent.start();
        firmware.reporter.start();
        return firmware;
    }

    /** Waits until the server has everything that was reported so far. */
    public boolean flush(Duration timeMax) throws InterruptedException {
        return agent.flush(timeMax);
    }

    @Override
    public void close() {
        reporter.interrupt();
        agent.close();
    }

    private void report() {
        try {
            while (true) {
                commands.reportReadings();
                environment.pause().rest(REPORT_EVERY);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs until the process is told to end. */
    public static void main(String[] arguments) throws InterruptedException {
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
            FishTankFirmware firmware =
                    start(
                            new ProvisioningFile(Path.of(arguments[0])),
                            data,
                            hardware,
                            FishTankFirmware::say,
                            environment);
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        firmware.close();
                                        ended.countDown();
                                    }));
            ended.await();
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
                    case AgentState.Stopped() -> "Stopped.";
                });
    }
}
