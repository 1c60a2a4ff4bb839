/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.ReceiptDelivery;
import dev.breakwater.device.erasure.Cause;
import dev.breakwater.device.erasure.Erasable;
import dev.breakwater.device.erasure.Receipt;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.tamper.TamperResponse;
import dev.breakwater.device.tamper.Tampering;
import dev.breakwater.device.update.launch.Launcher;
import dev.breakwater.device.update.rollout.DeviceUpdates;
import dev.breakwater.device.update.rollout.Restart;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.fishtank.hardware.TankHardware;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The firmware of the fish tank, started from a provisioning file:
 *
 * <pre>{@code
 * java -cp ... dev.breakwater.fishtank.FishTankFirmware provisioning.json data-directory
 * }</pre>
 *
 * <p>It reports temperature, light and heating every ten seconds, the settings when they change,
 * and each feeding, and obeys {@code feed}, {@code set-light} and the order to erase itself. What
 * it keeps stands in its {@code storage.json}. A press of ten seconds on its button erases it, and
 * so does opening the lid of its electronics. A tank that its owner sets up by phone is an {@link
 * OwnedTank}.
 */
public final class FishTankFirmware implements AutoCloseable {

    /** How often the sensors are read and reported. */
    public static final Duration REPORT_EVERY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(FishTankFirmware.class);

    /** How long a report of tampering may take: whoever opens a tank can cut its line first. */
    private static final Duration REPORT_MAX = Duration.ofSeconds(2);

    /** Why the firmware ended by itself. */
    public enum End {
        /** The tank has been erased: what is started next is a new one. */
        ERASED,

        /** The lid was opened, and the tank stays off until somebody erases it. */
        STOPPED,

        /** The button was held for three seconds: somebody wants to set the tank up anew. */
        SET_UP_WANTED,

        /** A new version lies in the other slot: the next start is its trial. */
        RESTART_WANTED,

        /** This version was on trial and did not prove itself: end with a failure. */
        GIVEN_UP;

        /** What the process is to end with, for its launcher. */
        int exitCode() {
            return switch (this) {
                case RESTART_WANTED -> Launcher.RESTART;
                case GIVEN_UP -> 1;
                case ERASED, STOPPED, SET_UP_WANTED -> 0;
            };
        }
    }

    private final DeviceAgent agent;
    private final TankHardware hardware;
    private final TankCommands commands;
    private final AgentEnvironment environment;
    private final TankStorage kept;
    private final CountDownLatch erased = new CountDownLatch(1);
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final Thread reporter =
            Thread.ofVirtual().name("fishtank-reporter").unstarted(this::report);
    private final TankGuard guard;
    private final Optional<DeviceUpdates> updates;

    private FishTankFirmware(
            DeviceAgent agent,
            TankHardware hardware,
            AgentEnvironment environment,
            TankStorage kept,
            TamperResponse.Choice choice,
            Optional<TankRelease> release)
            throws IOException {
        this.agent = agent;
        this.hardware = hardware;
        this.environment = environment;
        this.kept = kept;
        this.commands = new TankCommands(new FishTank(hardware, environment.clock()), agent);
        commands.register();
        agent.keep(kept.storage());
        agent.onErasureOrder(kept.erasure(), this::endErased);
        commands.reportStart();
        release.ifPresent(running -> agent.reportState(running.reported()));
        this.updates =
                release.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                TankUpdates.join(
                                        agent,
                                        release.get(),
                                        kept,
                                        hardware,
                                        environment,
                                        this::restartWanted));
        this.guard =
                new TankGuard(
                        hardware.button(),
                        new TamperResponse(
                                choice,
                                List.of(hardware.lid()),
                                kept.survivors(),
                                kept.erasure(),
                                this::tell),
                        environment.pause(),
                        this::noticed);
    }

    /**
     * Starts the firmware of a tank that erases itself when its lid is opened.
     *
     * @param provisioning what the factory left on the device; the enrollment code is erased from
     *     it
     * @param data the directory for the device's sealed storage, made if need be; the wrapping key
     *     is a file beside it, {@code <data>.key}; an erasure that was begun is finished first
     * @param hardware the tank
     * @param listener is told what happens to the connection
     * @param environment clock, time and chance
     * @throws IOException if the provisioning, the storage or the keys cannot be used; the text
     *     says why
     */
    public static FishTankFirmware start(
            ProvisioningFile provisioning,
            Path data,
            TankHardware hardware,
            AgentListener listener,
            AgentEnvironment environment)
            throws IOException {
        return start(provisioning, data, hardware, listener, environment, Optional.empty());
    }

    /**
     * Starts the firmware as a release in a slot, which is updated by its server: a version on
     * trial proves itself first. Besides the above the tank's hardware stands in {@code
     * <data>.hardware}.
     */
    public static FishTankFirmware start(
            ProvisioningFile provisioning,
            Path data,
            TankHardware hardware,
            AgentListener listener,
            AgentEnvironment environment,
            Optional<TankRelease> release)
            throws IOException {
        Provisioning told = provisioning.read();
        TankStorage kept =
                TankStorage.open(
                        told.serial(),
                        told.keys(),
                        List.of(Erasable.of("enrollment code", provisioning::erase)),
                        data,
                        environment.clock());
        return start(
                told,
                provisioning,
                kept,
                hardware,
                TamperResponse.Choice.ERASE,
                listener,
                environment,
                release);
    }

    static FishTankFirmware start(
            Provisioning told,
            EnrollmentCodeSource codes,
            TankStorage kept,
            TankHardware hardware,
            TamperResponse.Choice choice,
            AgentListener listener,
            AgentEnvironment environment,
            Optional<TankRelease> release)
            throws IOException {
        AgentEnvironment floored =
                new AgentEnvironment(kept.clock(), environment.pause(), environment.random());
        CredentialSlots slots =
                CredentialSlots.open(
                        kept.storage(), told.keys().open(kept.storage(), told.serial()));
        DeviceAgent agent = new DeviceAgent(told, slots, codes, listener, floored);
        TankHardware parts = release.isPresent() ? release.get().calibrated(hardware) : hardware;
        FishTankFirmware firmware =
                new FishTankFirmware(agent, parts, floored, kept, choice, release);
        agent.start();
        firmware.updates.ifPresent(DeviceUpdates::start);
        firmware.reporter.start();
        firmware.guard.start();
        return firmware;
    }

    /**
     * For a version that a launcher started from a slot: returns when it is confirmed.
     *
     * @param slots where the slots are
     * @param running which one this version runs from
     * @param version its name, for the server
     * @return false if it was given up: the process must end with a failure now
     */
    public boolean standTrial(Path slots, Slot running, String version)
            throws IOException, InterruptedException {
        return TankTrial.open(slots, running, version, kept, agent, hardware, environment).stand();
    }

    /** Waits until the server has everything that was reported so far. */
    public boolean flush(Duration timeMax) throws InterruptedException {
        return agent.flush(timeMax);
    }

    /**
     * Erases the tank, as after a press of ten seconds on its button; no server is asked. The
     * firmware has ended then, and what is started next is a new tank.
     *
     * @throws IOException if something could not be erased; the next start tries again
     */
    public Receipt eraseByHand() throws IOException {
        close();
        Receipt receipt = kept.erasure().eraseNow(Cause.BY_HAND);
        ended(End.ERASED);
        return receipt;
    }

    /** Waits until the tank has been erased by order or by hand; start a new one then. */
    public void awaitErased() throws InterruptedException {
        erased.await();
    }

    /** Waits until the firmware ends by itself. */
    public End awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an end never fails", impossible);
        }
    }

    private void ended(End how) {
        if (how == End.ERASED) {
            erased.countDown();
        }
        boolean _ = end.complete(how);
    }

    /** On the updater's thread, which ends with the firmware. */
    private void restartWanted(Restart.Cause cause) {
        Thread.ofVirtual()
                .name("fishtank-restart")
                .start(
                        () -> {
                            close();
                            ended(
                                    switch (cause) {
                                        case SWITCHED -> End.RESTART_WANTED;
                                        case GIVEN_UP -> End.GIVEN_UP;
                                    });
                        });
    }

    private void endErased() {
        close();
        try {
            var _ = kept.erasure().finishIfBegun();
            new ReceiptDelivery(kept.erasure(), environment.clock()).attempt();
        } catch (IOException incomplete) {
            LOG.error("The next start goes on with the erasure or its receipt", incomplete);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        ended(End.ERASED);
    }

    private void tell(Tampering tampering) {
        agent.publishEvent(
                "tampered",
                JsonMapper.shared()
                        .createObjectNode()
                        .put("kind", tampering.kind().code())
                        .put("detail", tampering.detail()));
    }

    /** On the guard's thread, which goes off with it. */
    private boolean noticed(TankGuard.Sign sign) {
        try {
            switch (sign) {
                case SET_UP_WANTED -> {
                    close();
                    ended(End.SET_UP_WANTED);
                }
                case ERASURE_WANTED -> {
                    var _ = eraseByHand();
                }
                case ERASED -> {
                    boolean _ = flush(REPORT_MAX);
                    close();
                    ended(End.ERASED);
                }
                case STOPPED -> {
                    boolean _ = flush(REPORT_MAX);
                    close();
                    ended(End.STOPPED);
                }
            }
        } catch (IOException incomplete) {
            LOG.error("The next start goes on erasing", incomplete);
            ended(End.ERASED);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    @Override
    public void close() {
        reporter.interrupt();
        updates.ifPresent(DeviceUpdates::close);
        agent.close();
        try {
            guard.goOff();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
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
        TankProgram.run(arguments);
    }
}
