/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

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
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tank in its box, to be set up by whoever buys it; its sensors and its radio are simulated. */
final class SoldTank implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SoldTank.class);

    private final Path birth;
    private final Path data;
    private final HomeRadio radio;
    private final SetupLabel label;
    private final LinkedBlockingQueue<InetSocketAddress> reachable = new LinkedBlockingQueue<>();
    private @Nullable Thread running;

    /**
     * A tank as its factory leaves it.
     *
     * @param directory where its storage lies
     * @param passphrase of the only network it will hear
     */
    SoldTank(Path directory, String serial, String passphrase) throws IOException {
        this.birth = directory.resolve(serial + "-birth.json");
        this.data = directory.resolve(serial);
        this.radio = new HomeRadio(passphrase);
        Files.writeString(
                birth,
                Operator.object()
                        .put("serial", serial)
                        .put("network", "Tank " + serial)
                        .put("passphrase", "printed-on-the-box")
                        .put("tamper", "erase")
                        .toString());
        this.label = OwnedTank.label(birth, data, Clock.systemUTC());
    }

    SetupLabel label() {
        return label;
    }

    /** Where its sealed storage lies. */
    Path data() {
        return data;
    }

    /** Switches it on; the listener is told of its connection. */
    void switchOn(TankProgress listener) throws IOException {
        AgentEnvironment environment = AgentEnvironment.ofSystem();
        OwnedTank tank =
                new OwnedTank(
                        birth,
                        data,
                        new OwnedTank.Surroundings(
                                new SimulatedTank(environment.clock(), data.hashCode()).hardware(),
                                radio,
                                /* setupPort= */ 0,
                                new Watcher(),
                                listener,
                                SetupMode.Surroundings.ofSystem(),
                                environment));
        running = Thread.ofVirtual().name("sold-tank").start(() -> live(tank));
    }

    private static void live(OwnedTank tank) {
        try {
            tank.run();
        } catch (InterruptedException switchedOff) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            LOG.error("The sold tank ended", broken);
        }
    }

    /** Waits until it can be set up, and returns where. */
    InetSocketAddress awaitSetUp(Duration atMost) throws InterruptedException, Story.Unexpected {
        InetSocketAddress where = reachable.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        return Optional.ofNullable(where)
                .orElseThrow(() -> new Story.Unexpected("the tank does not wait to be set up"));
    }

    /** Switches it off and waits until it is. */
    void switchOff() throws InterruptedException {
        if (running != null) {
            running.interrupt();
            running.join();
        }
    }

    private final class Watcher implements SetupWatcher {

        @Override
        public void reachable(InetSocketAddress where) {
            reachable.add(where);
        }

        @Override
        public void reached(SetupState state) {}
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
