/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupState;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/** A device on the bench that waits to be set up: real storage, keys and TLS, on loopback. */
final class SetupBench {

    static final DeviceSerial SERIAL = new DeviceSerial("tank-1");
    static final SetupTicket TICKET = new SetupTicket("eyJ.a2V5.aXY.Y2lwaGVy.dGFn");
    static final ServerPlace SERVER =
            new ServerPlace("127.0.0.1", OptionalInt.empty(), 8884, 8883, "0".repeat(64));
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final SealedStorage storage;
    final SealedFileKeys keys;
    final SetupIdentity identity;
    final SetupLabel label;
    final LoopbackRadio radio;
    final TestClock clock = TestClock.at(Instant.EPOCH);
    final TestTime time = new TestTime(clock);
    final LinkedBlockingQueue<SetupState> states = new LinkedBlockingQueue<>();
    final CompletableFuture<SetupOutcome> outcome = new CompletableFuture<>();
    private final LinkedBlockingQueue<InetSocketAddress> reachable = new LinkedBlockingQueue<>();
    private SetupEnrollment enrollment = (ticket, server) -> Optional.empty();
    private Optional<Thread> running = Optional.empty();

    SetupBench(Path directory, boolean radioKeepsAccessPoint) throws IOException {
        storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("storage")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
        keys = new SealedFileKeys(storage);
        identity = SetupIdentity.open(survivors(directory), SERIAL);
        label = new SetupLabel("Tank 1", "pond-lily", SERIAL, identity.hash());
        radio = new LoopbackRadio(radioKeepsAccessPoint);
        radio.hears("Meer", "hush-hush", true);
        radio.hears("Moor", "hush-hush", false);
    }

    /** Where the set-up key is, apart from everything else. */
    static SealedFileKeys survivors(Path directory) throws IOException {
        return new SealedFileKeys(
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("survivors")),
                        WrappingKeyFile.openOrCreate(directory.resolve("survivors.key")),
                        StorageManifest.ofSurvivors(),
                        InstantSource.system()));
    }

    void enrolls(SetupEnrollment by) {
        enrollment = by;
    }

    void failsToEnroll(SetupFailure why) {
        enrollment = (ticket, server) -> Optional.of(why);
    }

    SetupMode mode(SetupLabel printed) {
        return new SetupMode(
                new SetupMode.Plate(printed, "Fish tank", "1.4.0", 0),
                identity,
                radio,
                enrollment,
                new SetupWatcher() {
                    @Override
                    public void reachable(InetSocketAddress where) {
                        reachable.add(where);
                    }

                    @Override
                    public void reached(SetupState state) {
                        states.add(state);
                    }
                },
                new SetupMode.Surroundings(clock, time::rest));
    }

    /** Begins to wait, and returns where. */
    InetSocketAddress start() throws InterruptedException {
        SetupMode mode = mode(label);
        running =
                Optional.of(
                        Thread.ofVirtual()
                                .name("device")
                                .start(
                                        () -> {
                                            try {
                                                outcome.complete(mode.run());
                                            } catch (IOException | InterruptedException failed) {
                                                outcome.completeExceptionally(failed);
                                            }
                                        }));
        return awaitReachable();
    }

    InetSocketAddress awaitReachable() throws InterruptedException {
        InetSocketAddress where = reachable.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (where == null) {
            throw new AssertionError("the device cannot be reached: " + outcome);
        }
        return where;
    }

    void await(SetupState wanted) throws InterruptedException {
        SetupState state;
        do {
            state = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError("the device did not come into the state " + wanted);
            }
        } while (state != wanted);
    }

    void interrupt() {
        running.orElseThrow().interrupt();
    }

    SetupOutcome ended() throws Exception {
        return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The time of the window passes. */
    void timePasses(Duration step) throws InterruptedException {
        var _ = time.awaitRestOf("breakwater-setup-900s");
        time.advance(step);
    }

    DeviceSetup phone(InetSocketAddress where) {
        return new DeviceSetup(where, label);
    }

    static SetupRequest request(String network, String passphrase) {
        return new SetupRequest(
                Ssid.ofText(network), new WifiPassphrase(passphrase), TICKET, SERVER);
    }

    /** TLS with whoever answers, for clients that do not behave. */
    static SSLSocket connect(InetSocketAddress where) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        PinnedTls.provisional()
                                .getSocketFactory()
                                .createSocket(where.getAddress(), where.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** Nobody listens there: not as the kernel tells it, and not as seen from outside. */
    static void assertThatNobodyListens(InetSocketAddress where) throws IOException {
        List<Integer> ports =
                ListeningSockets.ofThisProcess().stream()
                        .map(listening -> listening.address().getPort())
                        .toList();
        assertThat(ports).doesNotContain(where.getPort());
        assertThatThrownBy(() -> new Socket(where.getAddress(), where.getPort()).close())
                .isInstanceOf(ConnectException.class);
    }

    /** Ends what still runs. */
    void close() throws InterruptedException {
        if (running.isPresent()) {
            running.get().interrupt();
            assertThat(running.get().join(PATIENCE)).isTrue();
        }
    }
}
