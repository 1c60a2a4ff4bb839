/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.ReceiptDelivery;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.erasure.Cause;
import dev.breakwater.device.erasure.Erasable;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.setup.SetupMemory;
import dev.breakwater.device.setup.SetupMode;
import dev.breakwater.device.setup.SetupOutcome;
import dev.breakwater.device.setup.SetupWatcher;
import dev.breakwater.device.setup.TicketEnrollment;
import dev.breakwater.device.tamper.TamperResponse;
import dev.breakwater.device.tamper.TamperSignal;
import dev.breakwater.device.wifi.NmcliRadio;
import dev.breakwater.device.wifi.WifiRadio;
import dev.breakwater.fishtank.hardware.LinuxTank;
import dev.breakwater.fishtank.hardware.TankHardware;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole life of a tank that its owner sets up by phone. Without a server, and after a press of
 * three seconds on its button, it opens its own network and waits; once it is set up nothing of it
 * listens, and the {@link FishTankFirmware} runs. A press of ten seconds erases it, at any time.
 * When its lid is opened it erases itself or stops, as its factory chose ({@link TankBirth}); a
 * tank that has stopped stays so until it is erased.
 *
 * <pre>{@code
 * java -cp ... dev.breakwater.fishtank.OwnedTank label birth.json data-directory
 * java -cp ... dev.breakwater.fishtank.OwnedTank run birth.json data-directory dev/ttyACM0 wlan0
 * java -cp lib/* dev.breakwater.device.update.launch.Launcher run slots 600 java -cp {slot}/lib/* \
 *         dev.breakwater.fishtank.OwnedTank run birth.json data-directory dev/ttyACM0 wlan0
 * }</pre>
 *
 * <p>{@code label} is the factory's: it makes the set-up key, if there is none, and prints what
 * stands on the label, passphrase included. Started by a launcher it runs a {@link TankRelease},
 * and its server updates it.
 */
public final class OwnedTank {

    private static final Logger LOG = LoggerFactory.getLogger(OwnedTank.class);
    private static final KeyPlace KEYS = new KeyPlace.SealedFile();
    private static final String USAGE =
            "usage: OwnedTank label <birth.json> <data directory>\n"
                    + "       OwnedTank run <birth.json> <data directory> <feeder device> <wlan interface>";

    /**
     * What surrounds a tank.
     *
     * @param hardware its parts
     * @param radio its own
     * @param setupPort where it listens while it is set up, 0 for any
     * @param watcher is told how set-up goes
     * @param listener is told what happens to the connection afterwards
     * @param setup time for the set-up
     * @param agent time for everything else
     */
    public record Surroundings(
            TankHardware hardware,
            WifiRadio radio,
            int setupPort,
            SetupWatcher watcher,
            AgentListener listener,
            SetupMode.Surroundings setup,
            AgentEnvironment agent) {}

    /** Something that goes on until it is done or somebody interrupts it. */
    private interface Work<T> {
        T go() throws IOException, InterruptedException;
    }

    private final TankBirth birth;
    private final Path data;
    private final Surroundings surroundings;
    private final Optional<TankRelease> release;

    /**
     * A tank that is switched off, and is not updated by its server.
     *
     * @param birth the file of {@link TankBirth}
     * @param data the directory for its sealed storage; see {@link FishTankFirmware#start}
     * @throws IOException if the file cannot be read
     */
    public OwnedTank(Path birth, Path data, Surroundings surroundings) throws IOException {
        this(birth, data, surroundings, Optional.empty());
    }

    private OwnedTank(
            Path birth, Path data, Surroundings surroundings, Optional<TankRelease> release)
            throws IOException {
        this.birth = TankBirth.read(birth);
        this.data = data;
        this.surroundings = surroundings;
        this.release = release;
    }

    /**
     * A tank that is switched off, in a process that a launcher may have started: it runs that
     * release then, which its server updates, and its hardware stands in {@code <data>.hardware}.
     *
     * @param environment the process's
     * @throws IOException if a file cannot be read
     */
    public static OwnedTank started(
            Path birth, Path data, Surroundings surroundings, Map<String, String> environment)
            throws IOException {
        return new OwnedTank(birth, data, surroundings, TankRelease.started(environment));
    }

    /**
     * What stands on the tank's label. Makes the set-up key, if there is none.
     *
     * @param birth the file of {@link TankBirth}
     */
    public static SetupLabel label(Path birth, Path data, Clock clock) throws IOException {
        TankBirth born = TankBirth.read(birth);
        return born.label(identity(born, data, clock).hash());
    }

    static SetupIdentity identity(TankBirth birth, Path data, Clock clock) throws IOException {
        return SetupIdentity.open(
                KEYS.open(TankStorage.survivors(data, clock), birth.serial()), birth.serial());
    }

    /**
     * Switches the tank on; it runs until it is interrupted, or until an update wants a restart.
     *
     * @return what the process is to end with, see {@link
     *     dev.breakwater.device.update.launch.Launcher}
     * @throws IOException if storage, keys or radio do not work; a restart tries again
     */
    public int run() throws IOException, InterruptedException {
        boolean setUpWanted = false;
        while (true) {
            // Opened anew each time: after an erasure nothing may be used that was open before.
            TankStorage kept = open();
            if (response(kept, List.of()).stopped().isPresent()) {
                LOG.error("This tank was opened and stays off until it is erased");
                var _ = guarded(kept, List.of(), false, OwnedTank::rest);
                continue;
            }
            Optional<Provisioning> told =
                    new SetupMemory(kept.storage())
                            .provisioning(birth.serial(), ChannelKind.TLS, KEYS, Set.of());
            if (setUpWanted || told.isEmpty()) {
                setUpWanted = setUpBesideDelivery(kept, told.isPresent());
                continue;
            }
            try (FishTankFirmware firmware = start(told.get(), kept)) {
                FishTankFirmware.End end = firmware.awaitEnd();
                if (end.exitCode() != 0) {
                    return end.exitCode();
                }
                setUpWanted = end == FishTankFirmware.End.SET_UP_WANTED;
            }
        }
    }

    private TankStorage open() throws IOException {
        return TankStorage.open(
                birth.serial(),
                KEYS,
                List.of(Erasable.of("network", this::forgetNetwork)),
                data,
                surroundings.agent().clock());
    }

    private void forgetNetwork() throws IOException {
        try {
            surroundings.radio().leave();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new IOException("the network was not forgotten in time", hurried);
        }
    }

    private FishTankFirmware start(Provisioning told, TankStorage kept) throws IOException {
        return FishTankFirmware.start(
                told,
                new NoCode(),
                kept,
                surroundings.hardware(),
                birth.tamper(),
                surroundings.listener(),
                surroundings.agent(),
                release);
    }

    /**
     * Waits to be set up. Meanwhile the receipt of an erasure goes to the server that ordered it,
     * as soon as there is a way to it; the tank is no less erased without.
     */
    private boolean setUpBesideDelivery(TankStorage kept, boolean hasServer)
            throws IOException, InterruptedException {
        ReceiptDelivery delivery = new ReceiptDelivery(kept.erasure(), kept.clock());
        Thread courier =
                Thread.ofVirtual()
                        .name("fishtank-receipt")
                        .start(
                                () -> {
                                    try {
                                        delivery.persist(surroundings.agent());
                                    } catch (InterruptedException setUp) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        try {
            return setUp(kept, hasServer);
        } finally {
            courier.interrupt();
            courier.join();
        }
    }

    /**
     * Waits to be set up, and then, if nobody came and there is nothing to go on with, for the
     * button.
     *
     * @return whether the button was pressed for another set-up
     */
    private boolean setUp(TankStorage kept, boolean hasServer)
            throws IOException, InterruptedException {
        SetupIdentity identity = identity(birth, data, surroundings.agent().clock());
        SetupMode mode =
                new SetupMode(
                        new SetupMode.Plate(
                                birth.label(identity.hash()),
                                "Fish tank",
                                TankRelease.version(release),
                                surroundings.setupPort()),
                        identity,
                        surroundings.radio(),
                        new TicketEnrollment(
                                birth.serial(),
                                identity,
                                CredentialSlots.open(
                                        kept.storage(), KEYS.open(kept.storage(), birth.serial())),
                                new SetupMemory(kept.storage()),
                                kept.clock(),
                                surroundings.agent().pause()),
                        surroundings.watcher(),
                        surroundings.setup());
        List<TamperSignal> lid = List.of(surroundings.hardware().lid());
        Optional<SetupOutcome> outcome = guarded(kept, lid, false, mode::run);
        boolean nobodyCame = outcome.isPresent() && !(outcome.get() instanceof SetupOutcome.Done);
        if (nobodyCame && !hasServer) {
            LOG.info("Nobody set this tank up: press its button for three seconds");
            var _ = guarded(kept, lid, true, OwnedTank::rest);
            return true;
        }
        return false;
    }

    private static Boolean rest() throws InterruptedException {
        new CountDownLatch(1).await();
        return true;
    }

    /**
     * Works while the guard watches.
     *
     * @param heedsSetUp whether a press of three seconds ends the work
     * @return what the work gave, or nothing if a sign ended it; what the sign wants is done then
     */
    private <T> Optional<T> guarded(
            TankStorage kept, List<TamperSignal> lid, boolean heedsSetUp, Work<T> work)
            throws IOException, InterruptedException {
        CompletableFuture<TankGuard.Sign> noticed = new CompletableFuture<>();
        Thread worker = Thread.currentThread();
        TankGuard guard =
                new TankGuard(
                        surroundings.hardware().button(),
                        response(kept, lid),
                        surroundings.agent().pause(),
                        sign -> {
                            if (sign == TankGuard.Sign.SET_UP_WANTED && !heedsSetUp) {
                                return false;
                            }
                            boolean _ = noticed.complete(sign);
                            worker.interrupt();
                            return true;
                        });
        Optional<T> result = Optional.empty();
        guard.start();
        try {
            result = Optional.of(work.go());
        } catch (InterruptedException ended) {
            if (!noticed.isDone()) {
                throw ended;
            }
        } finally {
            boolean outside = Thread.interrupted() && !noticed.isDone();
            guard.goOff();
            if (outside) {
                worker.interrupt();
            }
        }
        if (noticed.isDone()) {
            // The guard's interruption may have come after the work had ended.
            boolean _ = Thread.interrupted();
            obey(kept, noticed.join());
            return Optional.empty();
        }
        return result;
    }

    private static void obey(TankStorage kept, TankGuard.Sign sign) throws IOException {
        switch (sign) {
            case ERASURE_WANTED -> {
                var _ = kept.erasure().eraseNow(Cause.BY_HAND);
            }
            case ERASED, STOPPED, SET_UP_WANTED -> {}
        }
    }

    /**
     * Nobody can be told while there is no connection; the audit trail is the erasure's receipt.
     */
    private TamperResponse response(TankStorage kept, List<TamperSignal> lid) {
        return new TamperResponse(
                birth.tamper(), lid, kept.survivors(), kept.erasure(), tampering -> {});
    }

    /** Runs until the process is told to end. */
    public static void main(String[] words) throws InterruptedException {
        try {
            if (words.length == 3 && words[0].equals("label")) {
                System.out.println(
                        label(Path.of(words[1]), data(words[2]), Clock.systemUTC()).text());
            } else if (words.length == 5 && words[0].equals("run")) {
                TankHardware hardware =
                        LinuxTank.find(Path.of("/"), words[3].replaceFirst("^/", ""));
                OwnedTank.Surroundings surroundings =
                        new Surroundings(
                                hardware,
                                NmcliRadio.ofSystem(words[4], words[4]),
                                SetupPaths.PORT,
                                new Lamps(),
                                state -> LOG.info("{}", state),
                                SetupMode.Surroundings.ofSystem(),
                                AgentEnvironment.ofSystem());
                System.exit(
                        started(Path.of(words[1]), data(words[2]), surroundings, System.getenv())
                                .run());
            } else {
                System.err.println(USAGE);
                System.exit(2);
            }
        } catch (IOException unusable) {
            System.err.println("The fish tank cannot go on: " + unusable.getMessage());
            System.exit(1);
        }
    }

    private static Path data(String word) {
        return Path.of(word).toAbsolutePath();
    }

    /** A tank has no lamp for it; whoever looks into the log sees it. */
    private static final class Lamps implements SetupWatcher {

        @Override
        public void reachable(InetSocketAddress where) {
            LOG.info("Waits to be set up at {}", where);
        }

        @Override
        public void reached(SetupState state) {
            LOG.info("Set-up: {}", state);
        }
    }
}
