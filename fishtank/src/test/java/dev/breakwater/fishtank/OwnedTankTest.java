/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.OtherDevice;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.setup.ListeningSockets;
import dev.breakwater.device.setup.SetupMode;
import dev.breakwater.device.setup.SetupWatcher;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupState;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedMqttPeer;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tank from the factory to its end: label, phone, button and lid. */
@Timeout(120)
class OwnedTankTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestPki pki = TestPki.create(Clock.systemUTC());
    private final TestClock clock = TestClock.atPresent();
    private final TestTime time = new TestTime(clock);
    private final SimulatedTank tank = new SimulatedTank(clock, 5);
    private final QuietRadio radio = new QuietRadio();
    private final LinkedBlockingQueue<InetSocketAddress> reachable = new LinkedBlockingQueue<>();

    private final LinkedBlockingQueue<AgentState> states = new LinkedBlockingQueue<>();
    private final CompletableFuture<SetupState> attempted = new CompletableFuture<>();
    private final AtomicReference<Runnable> beforeIssuing = new AtomicReference<>(() -> {});

    @TempDir Path directory;
    private ScriptedMqttPeer peer;
    private ScriptedEstPeer est;
    private SetupLabel label;
    private Optional<Thread> running = Optional.empty();

    @BeforeEach
    void setUp() throws Exception {
        born("erase");
        label = OwnedTank.label(birth(), data(), clock);
        peer = ScriptedMqttPeer.listen(pki.server("127.0.0.1"), pki.issuing());
        est =
                ScriptedEstPeer.listen(
                        pki.server("127.0.0.1"),
                        // The tank comes with a certificate that its set-up key signed itself.
                        OwnedTank.identity(TankBirth.read(birth()), data(), clock).certificate(),
                        this::answer);
    }

    @AfterEach
    void tearDown() throws Exception {
        switchOff();
        est.close();
        peer.close();
    }

    private Path birth() {
        return directory.resolve("birth.json");
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void born(String tamper) throws IOException {
        Files.writeString(
                birth(),
                """
                {"serial": "tank-1", "network": "Tank 1", "passphrase": "pond-lily",
                 "tamper": "%s"}
                """
                        .formatted(tamper));
    }

    private Answer answer(ScriptedEstPeer.Question question) throws Exception {
        if (question.operation().equals("cacerts")) {
            return Answer.certificates(pki.issuing(), pki.root());
        }
        beforeIssuing.get().run();
        var key = new JcaPKCS10CertificationRequest(question.request()).getPublicKey();
        return Answer.certificates(
                pki.device(DeviceId.fresh(), SERIAL, new KeyPair(key, TestKeys.p256().getPrivate()))
                        .leaf());
    }

    private void switchOn() throws IOException {
        OwnedTank owned =
                new OwnedTank(
                        birth(),
                        data(),
                        new OwnedTank.Surroundings(
                                tank.hardware(),
                                radio,
                                0,
                                new SetupWatcher() {
                                    @Override
                                    public void reachable(InetSocketAddress where) {
                                        reachable.add(where);
                                    }

                                    @Override
                                    public void reached(SetupState state) {
                                        if (state == SetupState.DONE
                                                || state == SetupState.FAILED) {
                                            boolean _ = attempted.complete(state);
                                        }
                                    }
                                },
                                states::add,
                                new SetupMode.Surroundings(clock, time::rest),
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
    }

    private void switchOff() throws InterruptedException {
        if (running.isPresent()) {
            running.get().interrupt();
            assertThat(running.get().join(PATIENCE)).isTrue();
        }
        running = Optional.empty();
    }

    private InetSocketAddress awaitReachable() throws InterruptedException {
        InetSocketAddress where = reachable.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(where).isNotNull();
        return where;
    }

    /** The owner sets the tank up; the conversation is its first. */
    private MqttConversation setUpByPhone(InetSocketAddress where) throws Exception {
        DeviceSetup phone = sendByPhone(where);
        assertThat(phone.follow(PATIENCE)).isEqualTo(new SetupResult.Done());
        MqttConversation conversation = peer.accept();
        conversation.welcome();
        return conversation;
    }

    private DeviceSetup sendByPhone(InetSocketAddress where) throws Exception {
        DeviceSetup phone = new DeviceSetup(where, label);
        phone.send(
                new SetupRequest(
                        phone.networks().getFirst().ssid(),
                        new WifiPassphrase("hush-hush"),
                        new SetupTicket("eyJ.a2V5.aXY.Y2lwaGVy.dGFn"),
                        new ServerPlace(
                                "127.0.0.1",
                                OptionalInt.empty(),
                                est.port(),
                                peer.port(),
                                RootFingerprint.of(pki.root()).hex())));
        return phone;
    }

    /** The guard looks so many times more. */
    private void looks(int count) throws InterruptedException {
        for (int look = 0; look < count; look++) {
            time.advance(time.awaitRestOf("fishtank-guard"));
        }
    }

    private void pressFor(int looks) throws InterruptedException {
        tank.press();
        looks(looks);
        tank.letGo();
        time.advance(TankGuard.LOOK_EVERY);
    }

    private void holdUntilErased() throws InterruptedException {
        tank.press();
        looks(TankGuard.ERASURE_LOOKS);
        awaitErased();
        tank.letGo();
    }

    private static void assertThatNobodyListens(InetSocketAddress where) throws IOException {
        assertThat(ListeningSockets.ofThisProcess())
                .noneMatch(listening -> listening.address().getPort() == where.getPort());
    }

    @Test
    void isSetUpWhenItIsNewAndListensNoMoreAfterwardsNorAfterARestart() throws Exception {
        switchOn();
        InetSocketAddress where = awaitReachable();
        MqttConversation first = setUpByPhone(where);
        first.expectOn(Topics.STATE);
        assertThatNobodyListens(where);
        switchOff();
        switchOn();
        assertThat(peer.accept().clientCertificate()).isEqualTo(first.clientCertificate());
        assertThat(reachable).isEmpty();
        assertThat(radio.events()).containsSubsequence("open Tank 1", "join Meer", "close");
    }

    @Test
    void isToldNothingByAPhoneWithAnotherLabel() throws Exception {
        switchOn();
        SetupLabel other =
                new SetupLabel("Tank 1", "pond-lily", SERIAL, new SetupKeyHash("A".repeat(43)));
        InetSocketAddress where = awaitReachable();
        assertThatThrownBy(() -> new DeviceSetup(where, other).report())
                .isInstanceOf(OtherDevice.class);
    }

    @Test
    void isSetUpAnewAfterAPressOfThreeSeconds() throws Exception {
        switchOn();
        MqttConversation first = setUpByPhone(awaitReachable());
        first.expectOn(Topics.STATE);
        pressFor(TankGuard.SET_UP_LOOKS - 1);
        looks(2);
        assertThat(reachable).isEmpty();
        pressFor(TankGuard.SET_UP_LOOKS + 1);
        MqttConversation second = setUpByPhone(awaitReachable());
        assertThat(second.clientCertificate()).isNotEqualTo(first.clientCertificate());
    }

    @Test
    void closesItsNetworkAfterAWhileAndOpensItAfterAPress() throws Exception {
        switchOn();
        InetSocketAddress where = awaitReachable();
        var _ = time.awaitRestOf("breakwater-setup-900s");
        time.advance(SetupMode.WINDOW);
        awaitClosed();
        assertThatNobodyListens(where);
        pressFor(TankGuard.SET_UP_LOOKS + 1);
        assertThat(new DeviceSetup(awaitReachable(), label).report().state())
                .isEqualTo(SetupState.WAITING);
    }

    private void awaitClosed() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!radio.events().contains("close")) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void isANewTankAfterAPressOfTenSeconds() throws Exception {
        switchOn();
        MqttConversation first = setUpByPhone(awaitReachable());
        first.expectOn(Topics.STATE);
        holdUntilErased();
        DeviceSetup phone = new DeviceSetup(awaitReachable(), label);
        assertThat(phone.report().state()).isEqualTo(SetupState.WAITING);
        assertThat(radio.events()).contains("leave");
        assertThat(receipt()).contains("by-hand");
    }

    private String receipt() throws IOException {
        TankStorage kept =
                TankStorage.open(SERIAL, new KeyPlace.SealedFile(), List.of(), data(), clock);
        return kept.erasure().lastReceipt().orElseThrow().statement();
    }

    @Test
    void erasesItselfWhenItsLidIsOpenedAndTellsTheServer() throws Exception {
        switchOn();
        MqttConversation conversation = setUpByPhone(awaitReachable());
        conversation.expectOn(Topics.STATE);
        // A tank that is still storing its certificate may lose its line over the erasure.
        awaitConnected();
        tank.openLid();
        time.advance(TankGuard.LOOK_EVERY);
        assertThat(
                        new String(
                                conversation
                                        .expectOn(Topics.EVENTS_PREFIX + "tampered")
                                        .payloadBytes(),
                                UTF_8))
                .contains("enclosure-opened");
        awaitErased();
        switchOff();
        assertThat(receipt()).contains("\"cause\":\"tampered\"");
    }

    /**
     * Its first certificate arrives when all is erased, and the erasure has not come to its end.
     */
    @Test
    void keepsNothingThatArrivesWhileItErasesItself() throws Exception {
        CompletableFuture<Boolean> erased = new CompletableFuture<>();
        CompletableFuture<String[]> left = new CompletableFuture<>();
        radio.beforeLeaving(
                () -> {
                    erased.complete(true);
                    var _ = attempted.orTimeout(20, TimeUnit.SECONDS).join();
                    left.complete(data().toFile().list());
                });
        beforeIssuing.set(
                () -> {
                    tank.openLid();
                    time.advance(TankGuard.LOOK_EVERY);
                    var _ = erased.orTimeout(20, TimeUnit.SECONDS).join();
                });
        switchOn();
        var _ = sendByPhone(awaitReachable());
        assertThat(left.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
        assertThat(attempted).isCompletedWithValue(SetupState.FAILED);
        var _ = awaitReachable();
    }

    private void awaitConnected() throws InterruptedException {
        AgentState state;
        do {
            state = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(state).isNotNull();
        } while (!(state instanceof AgentState.Connected));
    }

    private void awaitErased() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!radio.events().contains("leave")) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void stopsWhereItsFactoryChoseThatUntilItIsErasedByHand() throws Exception {
        born("stop");
        switchOn();
        MqttConversation conversation = setUpByPhone(awaitReachable());
        conversation.expectOn(Topics.STATE);
        tank.openLid();
        time.advance(TankGuard.LOOK_EVERY);
        conversation.expectOn(Topics.EVENTS_PREFIX + "tampered");
        assertThat(conversation.expectFarewell()).isNotNull();
        switchOff();

        switchOn();
        pressFor(TankGuard.SET_UP_LOOKS + 1);
        assertThat(reachable).isEmpty();
        assertThat(data().resolve("setup-server.sealed")).exists();
        holdUntilErased();
        assertThat(data().resolve("setup-server.sealed")).doesNotExist();
    }
}
