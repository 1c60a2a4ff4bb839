/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.erasure.Cause;
import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.erasure.Order;
import dev.breakwater.device.erasure.ReturnAddress;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.setup.SetupMode;
import dev.breakwater.device.setup.SetupWatcher;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.exchange.SetupState;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.wire.Fault;
import dev.breakwater.testkit.wire.FaultProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tank that was erased by order, and whose server is away when the receipt is ready. */
@Timeout(60)
final class TankReceiptTest {

    private static final String COURIER = "fishtank-receipt";
    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration WAIT_MAX = Duration.ofHours(6).plusSeconds(5);

    private final TestClock clock = TestClock.atPresent();
    private final TestPki pki = TestPki.create(clock);
    private final TestTime time = new TestTime(clock);
    private final SimulatedTank tank = new SimulatedTank(clock, 5);
    private final LinkedBlockingQueue<String> handedIn = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<InetSocketAddress> reachable = new LinkedBlockingQueue<>();

    @TempDir Path directory;
    private ScriptedEstPeer server;
    private FaultProxy line;

    /** What the erasure has left, read beside the tank; nothing is opened anew while that runs. */
    private Erasure left;

    private String receipt;
    private Optional<Thread> running = Optional.empty();

    @BeforeEach
    void eraseByOrder() throws Exception {
        Files.writeString(
                birth(),
                """
                {"serial": "tank-1", "network": "Tank 1", "passphrase": "pond-lily",
                 "tamper": "erase"}
                """);
        server =
                ScriptedEstPeer.listen(
                        pki.server("127.0.0.1"),
                        pki.issuing(),
                        question -> {
                            if (question.operation().equals("cacerts")) {
                                return Answer.certificates(pki.issuing(), pki.root());
                            }
                            handedIn.add(question.body());
                            return Answer.text(201, "thank you");
                        });
        line = FaultProxy.to(server.port());
        line.always(new Fault.Refused());
        kept().erasure()
                .begin(
                        new Order(
                                DeviceId.fresh(),
                                new ReturnAddress(
                                        "127.0.0.1",
                                        line.port(),
                                        RootFingerprint.of(pki.root()).hex())));
        left = kept().erasure();
        receipt = left.lastReceipt().orElseThrow().toJson().toString();
    }

    @AfterEach
    void tearDown() throws Exception {
        switchOff();
        line.close();
        server.close();
    }

    private Path birth() {
        return directory.resolve("birth.json");
    }

    private TankStorage kept() throws IOException {
        return TankStorage.open(
                SERIAL, new KeyPlace.SealedFile(), List.of(), directory.resolve("data"), clock);
    }

    private void switchOn() throws Exception {
        OwnedTank owned =
                new OwnedTank(
                        birth(),
                        directory.resolve("data"),
                        new OwnedTank.Surroundings(
                                tank.hardware(),
                                new QuietRadio(),
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
                                // The window of fifteen minutes is not what this is about.
                                SetupMode.Surroundings.ofSystem(),
                                new AgentEnvironment(clock, time::rest, new Random(3))));
        running =
                Optional.of(
                        Thread.ofVirtual()
                                .name("tank")
                                .start(
                                        () -> {
                                            try {
                                                owned.run();
                                            } catch (IOException failed) {
                                                throw new AssertionError(failed);
                                            } catch (InterruptedException off) {
                                                Thread.currentThread().interrupt();
                                            }
                                        }));
        assertThat(reachable.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    }

    private void switchOff() throws InterruptedException {
        if (running.isPresent()) {
            running.get().interrupt();
            assertThat(running.get().join(PATIENCE)).isTrue();
        }
        running = Optional.empty();
    }

    /** Sees how long it waits before it tries again, and lets that time pass. */
    private Duration waits() throws InterruptedException {
        Duration rest = time.awaitRestOf(COURIER);
        assertThat(rest).isBetween(Duration.ofSeconds(5), WAIT_MAX);
        time.advance(rest);
        return rest;
    }

    private void awaitHandedIn() throws Exception {
        assertThat(handedIn.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(receipt);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (left.undelivered().isPresent()) {
            assertThat(System.nanoTime()).as("it is settled").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void isHandedInAsSoonAsTheServerIsThereWhileTheTankWaitsToBeSetUp() throws Exception {
        switchOn();
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waits.add(waits());
        }
        // It slows down and does not give up: twenty attempts take days.
        assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
                .as("%s", waits)
                .isGreaterThan(Duration.ofHours(12));
        assertThat(left.undelivered()).isPresent();

        Duration last = time.awaitRestOf(COURIER);
        line.always(new Fault.None());
        time.advance(last);

        awaitHandedIn();
        switchOff();
        int connections = line.connections();
        switchOn();
        switchOff();
        assertThat(line.connections()).isEqualTo(connections);
        assertThat(handedIn).isEmpty();
    }

    @Test
    void isHandedInAtTheNextStartWithoutAWait() throws Exception {
        switchOn();
        var _ = time.awaitRestOf(COURIER);
        switchOff();
        line.always(new Fault.None());
        switchOn();
        awaitHandedIn();
    }

    /** A second erasure, by hand, is no reason to let the first owner wait for ever. */
    @Test
    void outlivesAnErasureByHand() throws Exception {
        var _ = left.eraseNow(Cause.BY_HAND);
        assertThat(left.lastReceipt().orElseThrow().statement()).contains("by-hand");
        line.always(new Fault.None());
        switchOn();
        awaitHandedIn();
        assertThat(left.lastReceipt().orElseThrow().statement()).contains("by-hand");
    }
}
