/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.setup.SetupMode;
import dev.breakwater.device.setup.SetupWatcher;
import dev.breakwater.fishtank.OwnedTank;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The fish tank's own firmware in this process, with a simulated tank, to be switched on and off.
 */
final class SwitchedTank implements AutoCloseable {

    private static final Duration OFF_MAX = Duration.ofSeconds(20);
    private static final String SEALED = ".sealed";

    private final Path birth;
    private final Path data;
    private final SetupLabel label;
    private final LinkedBlockingQueue<InetSocketAddress> reachable = new LinkedBlockingQueue<>();
    private final CompletableFuture<InetSocketAddress> failed = new CompletableFuture<>();
    private Optional<Thread> running = Optional.empty();

    /** A tank as it leaves the factory. */
    SwitchedTank(Path directory, String serial) throws IOException {
        birth = directory.resolve("birth.json");
        data = directory.resolve("data");
        Files.writeString(
                birth,
                """
                {"serial": "%s", "network": "Tank", "passphrase": "pond-lily", "tamper": "erase"}
                """
                        .formatted(serial));
        label = OwnedTank.label(birth, data, Clock.systemUTC());
    }

    SetupLabel label() {
        return label;
    }

    void switchOn() throws IOException {
        OwnedTank tank =
                new OwnedTank(
                        birth,
                        data,
                        new OwnedTank.Surroundings(
                                new SimulatedTank(Clock.systemUTC(), 5).hardware(),
                                new OneNetworkRadio(),
                                0,
                                new SetupWatcher() {
                                    @Override
                                    public void reachable(InetSocketAddress where) {
                                        reachable.add(where);
                                    }

                                    @Override
                                    public void reached(SetupState state) {}
                                },
                                state -> {},
                                SetupMode.Surroundings.ofSystem(),
                                AgentEnvironment.ofSystem()));
        running = Optional.of(Thread.ofVirtual().name("tank").start(() -> run(tank)));
    }

    private void run(OwnedTank tank) {
        try {
            tank.run();
        } catch (IOException broken) {
            failed.completeExceptionally(broken);
        } catch (InterruptedException off) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where it waits to be set up, as soon as it does. */
    InetSocketAddress awaitReachable(Duration timeMax) throws InterruptedException {
        InetSocketAddress where = reachable.poll(timeMax.toMillis(), TimeUnit.MILLISECONDS);
        if (where == null) {
            throw new AssertionError("the tank does not wait to be set up: " + failed);
        }
        return where;
    }

    void switchOff() throws InterruptedException {
        if (running.isPresent()) {
            running.get().interrupt();
            if (!running.get().join(OFF_MAX)) {
                throw new AssertionError("the tank does not go off");
            }
        }
        running = Optional.empty();
    }

    /** What lies in its sealed storage. */
    List<String> storedNames() throws IOException {
        if (Files.notExists(data)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(data)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SEALED))
                    .map(name -> name.substring(0, name.length() - SEALED.length()))
                    .toList();
        }
    }

    @Override
    public void close() {
        try {
            switchOff();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
