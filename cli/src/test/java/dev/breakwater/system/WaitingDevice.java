/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.companion.LabelImage;
import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.setup.SetupMemory;
import dev.breakwater.device.setup.SetupMode;
import dev.breakwater.device.setup.SetupOutcome;
import dev.breakwater.device.setup.SetupWatcher;
import dev.breakwater.device.setup.TicketEnrollment;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A device as it leaves the factory, in this process: real storage, keys, TLS and agent. It waits
 * to be set up; then it connects and tells its temperature.
 */
final class WaitingDevice implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final DeviceSerial serial;
    private final SetupIdentity identity;
    private final CredentialSlots slots;
    private final SetupMemory memory;
    private final SetupLabel label;
    private final LinkedBlockingQueue<InetSocketAddress> reachable = new LinkedBlockingQueue<>();
    private final CompletableFuture<SetupOutcome> outcome = new CompletableFuture<>();
    private Optional<Thread> running = Optional.empty();
    private Optional<DeviceAgent> agent = Optional.empty();

    WaitingDevice(Path directory, String serial) throws IOException {
        this.serial = new DeviceSerial(serial);
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve(serial)),
                        WrappingKeyFile.openOrCreate(directory.resolve(serial + ".key")));
        SealedStorage survivors =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve(serial + "-survivors")),
                        WrappingKeyFile.openOrCreate(directory.resolve(serial + "-survivors.key")),
                        StorageManifest.ofSurvivors(),
                        InstantSource.system());
        this.identity = SetupIdentity.open(new SealedFileKeys(survivors), this.serial);
        this.slots = CredentialSlots.open(storage, new SealedFileKeys(storage));
        this.memory = new SetupMemory(storage);
        this.label = new SetupLabel("Tank " + serial, "pond-lily", this.serial, identity.hash());
    }

    SetupLabel label() {
        return label;
    }

    /** The label, printed. */
    Path picture(Path directory) throws IOException {
        return Files.write(
                directory.resolve(serial + ".png"),
                LabelImage.draw(label, /* pixelsPerModule= */ 6));
    }

    /** Begins to wait, and returns where. */
    InetSocketAddress start() throws InterruptedException {
        running = Optional.of(Thread.ofVirtual().name("device " + serial).start(this::live));
        InetSocketAddress where = reachable.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (where == null) {
            throw new AssertionError("the device cannot be reached: " + outcome);
        }
        return where;
    }

    SetupOutcome ended() throws Exception {
        return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void live() {
        try {
            SetupOutcome ended = mode().run();
            if (ended instanceof SetupOutcome.Done) {
                connect();
            }
            outcome.complete(ended);
        } catch (IOException | InterruptedException failed) {
            outcome.completeExceptionally(failed);
        }
    }

    private SetupMode mode() {
        return new SetupMode(
                new SetupMode.Plate(label, "Fish tank", "1.4.0", 0),
                identity,
                new OneNetworkRadio(),
                new TicketEnrollment(
                        serial, identity, slots, memory, Clock.systemUTC(), Thread::sleep),
                new SetupWatcher() {
                    @Override
                    public void reachable(InetSocketAddress where) {
                        reachable.add(where);
                    }

                    @Override
                    public void reached(SetupState state) {}
                },
                SetupMode.Surroundings.ofSystem());
    }

    private void connect() throws IOException {
        Provisioning told =
                memory.provisioning(serial, ChannelKind.TLS, new KeyPlace.SealedFile(), Set.of())
                        .orElseThrow();
        DeviceAgent begun =
                new DeviceAgent(
                        told, slots, new NoCode(), state -> {}, AgentEnvironment.ofSystem());
        agent = Optional.of(begun);
        begun.onCommand("feed", command -> JsonNodeFactory.instance.objectNode());
        begun.start();
        begun.publishTelemetry(JsonNodeFactory.instance.objectNode().put("temperature", 24.5));
    }

    /** A device that was set up needs none. */
    private static final class NoCode implements EnrollmentCodeSource {

        @Override
        public Optional<EnrollmentCode> code() {
            return Optional.empty();
        }

        @Override
        public void erase() {}
    }

    @Override
    public void close() {
        running.ifPresent(Thread::interrupt);
        try {
            if (running.isPresent() && !running.get().join(PATIENCE)) {
                throw new AssertionError("the device does not stop waiting");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        agent.ifPresent(DeviceAgent::close);
    }
}
