/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.device.Pause;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.wifi.Joining;
import dev.breakwater.device.wifi.WifiRadio;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.OfferedNetworks;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupState;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device waits to be set up by its owner's phone. The product runs this when the device has no
 * server yet ({@link SetupMemory}), or after a long press of a button.
 *
 * <pre>{@code
 * SetupIdentity identity = SetupIdentity.open(place.open(survivors, serial), serial);
 * SetupMode mode =
 *         new SetupMode(
 *                 new SetupMode.Plate(label, "Fish tank", "1.4.0", SetupPaths.PORT),
 *                 identity,
 *                 NmcliRadio.ofSystem("wlan0", "wlan0"),
 *                 new TicketEnrollment(serial, identity, slots, memory, clock, Thread::sleep),
 *                 watcher,
 *                 SetupMode.Surroundings.ofSystem());
 * switch (mode.run()) {
 *     case SetupOutcome.Done(var server) -> startAgent();
 *     case SetupOutcome.TimeUp() -> sleepUntilThePress();
 *     case SetupOutcome.TriesSpent() -> sleepUntilThePress();
 * }
 * }</pre>
 *
 * <p>Whoever has read the label can set the device up while it waits, and nobody else: the
 * network's passphrase keeps strangers out, and the label's key hash tells the phone that it speaks
 * to this device. A wrong try is whatever does not lead to a set-up device: a body that is refused,
 * and an attempt that fails, lest a neighbour's passphrase be guessed through the device.
 *
 * <p>With a radio that cannot join a network beside its own, the phone loses the device while it
 * joins and enrolls. After a failure the device's network comes back, and the device says why;
 * after success it stays away, and the phone learns it from the server.
 */
public final class SetupMode {

    /** How long the device's network is open at most, but for an attempt that is at work then. */
    public static final Duration WINDOW = Duration.ofMinutes(15);

    /** How many wrong tries the device takes. */
    public static final int TRIES_MAX = 10;

    /** How long the device shows that it is done to whoever may not have asked yet. */
    public static final Duration DONE_SHOWN_MAX = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(SetupMode.class);

    /**
     * What the device says of itself.
     *
     * @param label as it is printed
     * @param product 1 to 64 printable ASCII characters
     * @param firmware the version, 1 to 64 printable ASCII characters
     * @param port where it listens in its own network, {@link SetupPaths#PORT}, or 0 for any
     */
    public record Plate(SetupLabel label, String product, String firmware, int port) {}

    /**
     * What set-up takes from its surroundings, so that a test can turn the clock.
     *
     * @param time to count the seconds by; not the clock of the day, which jumps as soon as the
     *     device is in a network
     * @param pause lets time pass
     */
    public record Surroundings(InstantSource time, Pause pause) {

        /** The system's timer, which counts from now. */
        public static Surroundings ofSystem() {
            long start = System.nanoTime();
            return new Surroundings(
                    () -> Instant.EPOCH.plusNanos(System.nanoTime() - start), Thread::sleep);
        }
    }

    private final Plate plate;
    private final WifiRadio radio;
    private final SetupEnrollment enrollment;
    private final SetupWatcher watcher;
    private final Surroundings surroundings;
    private final SSLContext tls;
    private final Ssid ownName;
    private final WifiPassphrase ownPassphrase;
    private final AtomicReference<OfferedNetworks> offered =
            new AtomicReference<>(new OfferedNetworks(List.of()));

    /**
     * A mode to {@link #run}; each run has its own time and tries.
     *
     * @throws IllegalArgumentException if the label is not this device's: the phone would refuse it
     */
    public SetupMode(
            Plate plate,
            SetupIdentity identity,
            WifiRadio radio,
            SetupEnrollment enrollment,
            SetupWatcher watcher,
            Surroundings surroundings) {
        if (!identity.hash().equals(plate.label().key())) {
            throw new IllegalArgumentException(
                    "the label names another set-up key than this device has");
        }
        this.plate = plate;
        this.radio = radio;
        this.enrollment = enrollment;
        this.watcher = watcher;
        this.surroundings = surroundings;
        this.tls = PinnedTls.ofSetupServer(identity);
        this.ownName = Ssid.ofText(plate.label().network());
        this.ownPassphrase = new WifiPassphrase(plate.label().passphrase());
    }

    /**
     * Waits to be set up. Blocks until the device is, or the time or the tries are spent; then its
     * network and its server are gone. If it is interrupted, they are gone too.
     *
     * @throws IOException if the radio does not work
     */
    public SetupOutcome run() throws IOException, InterruptedException {
        SetupDesk desk = new SetupDesk(firstReport(), surroundings.time(), watcher);
        Thread window = rest(WINDOW, desk::timeIsUp);
        Optional<SetupEndpoint> endpoint = Optional.empty();
        try {
            scan();
            endpoint = Optional.of(open(desk));
            watcher.reached(SetupState.WAITING);
            for (Optional<SetupRequest> request = desk.next();
                    request.isPresent();
                    request = desk.next()) {
                if (!radio.keepsAccessPoint()) {
                    endpoint.ifPresent(SetupEndpoint::finish);
                    endpoint = Optional.empty();
                    radio.closeAccessPoint();
                }
                attempt(request.get(), desk);
                if (desk.isOpen()) {
                    scan();
                }
                if (endpoint.isEmpty() && desk.isOpen()) {
                    endpoint = Optional.of(open(desk));
                }
            }
            if (endpoint.isPresent()) {
                letItBeRead(desk);
            }
            return desk.outcome();
        } finally {
            window.interrupt();
            endpoint.ifPresent(SetupEndpoint::finish);
            radio.closeAccessPoint();
        }
    }

    private DeviceReport firstReport() {
        return new DeviceReport(
                plate.label().serial(),
                plate.product(),
                plate.firmware(),
                SetupState.WAITING,
                Optional.empty(),
                TRIES_MAX,
                WINDOW.toSeconds());
    }

    private SetupEndpoint open(SetupDesk desk) throws IOException, InterruptedException {
        InetSocketAddress where =
                new InetSocketAddress(radio.openAccessPoint(ownName, ownPassphrase), plate.port());
        SetupEndpoint endpoint =
                SetupEndpoint.listen(
                        where, tls, new SetupPages(desk, offered::get), SetupEndpoint.REQUEST_MAX);
        watcher.reachable(endpoint.address());
        LOG.info("Waiting to be set up at {}", endpoint.address());
        return endpoint;
    }

    /**
     * What the radio does not hear now it may hear when the owner has come nearer with it. Its own
     * network, which a second radio hears, is no place to go.
     */
    private void scan() throws InterruptedException {
        try {
            offered.set(
                    new OfferedNetworks(
                            radio.scan().stream()
                                    .filter(network -> !network.ssid().equals(ownName))
                                    .toList()));
        } catch (IOException deaf) {
            LOG.warn("The radio does not scan: {}", deaf.getMessage());
        }
    }

    private void attempt(SetupRequest request, SetupDesk desk) throws InterruptedException {
        boolean done = false;
        try {
            Optional<SetupFailure> failure = join(request);
            if (failure.isEmpty()) {
                desk.joined();
                failure = enrollment.enroll(request.ticket(), request.server());
            }
            done = failure.isEmpty();
            if (done) {
                LOG.info("Set up for the server {}", request.server().host());
                desk.done(request.server());
            } else {
                LOG.info("The attempt to be set up failed: {}", failure.get().code());
                desk.failed(failure.get());
            }
        } finally {
            if (!done) {
                leave();
            }
        }
    }

    private void leave() throws InterruptedException {
        try {
            radio.leave();
        } catch (IOException stuck) {
            LOG.warn("The radio does not leave the network: {}", stuck.getMessage());
        }
    }

    private Optional<SetupFailure> join(SetupRequest request) throws InterruptedException {
        try {
            Joining joining = radio.join(request.network(), request.passphrase());
            return switch (joining) {
                case JOINED -> Optional.empty();
                case WRONG_PASSPHRASE -> Optional.of(SetupFailure.WRONG_PASSPHRASE);
                case NETWORK_NOT_FOUND -> Optional.of(SetupFailure.NETWORK_NOT_FOUND);
                case NO_ADDRESS -> Optional.of(SetupFailure.NO_INTERNET);
            };
        } catch (IOException broken) {
            // The owner can do nothing about a radio but try again; the log has the reason.
            LOG.warn("The radio does not join: {}", broken.getMessage());
            return Optional.of(SetupFailure.NO_INTERNET);
        }
    }

    private void letItBeRead(SetupDesk desk) throws InterruptedException {
        if (desk.outcome() instanceof SetupOutcome.Done) {
            Thread patience = rest(DONE_SHOWN_MAX, desk::doneWasTold);
            try {
                desk.awaitDoneWasTold();
            } finally {
                patience.interrupt();
            }
        }
    }

    private Thread rest(Duration time, Runnable afterwards) {
        return Thread.ofVirtual()
                .name("breakwater-setup-" + time.toSeconds() + "s")
                .start(
                        () -> {
                            try {
                                surroundings.pause().rest(time);
                                afterwards.run();
                            } catch (InterruptedException over) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }
}
