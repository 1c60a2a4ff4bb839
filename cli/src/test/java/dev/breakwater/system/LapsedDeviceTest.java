/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.Refusal;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.ServerAssembly;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device that was off until its certificate had ended, at a real server, by a clock that the test
 * turns for both.
 */
@Tag("system")
@Timeout(120)
final class LapsedDeviceTest {

    private static final String AGENT = "breakwater-agent";
    private static final DeviceSerial SERIAL = new DeviceSerial("TANK-0201");
    private static final Duration LAPSED = ServerConfiguration.DEVICE_CERTIFICATE_LIFE.plusDays(1);

    /** What the server tells who has to wait; the agent adds a part of a second. */
    private static final Duration TOLD = Duration.ofSeconds(30);

    private static final Duration REFUSED_WAIT_MIN = Duration.ofSeconds(30);
    private static final Duration REFUSED_WAIT_MAX = Duration.ofHours(1).plusSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SEED = 11;

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final TestTime time = new TestTime(clock);
    private final LinkedBlockingQueue<AgentState> states = new LinkedBlockingQueue<>();
    private RunningServer server;
    private Administrator administrator;
    private CredentialSlots slots;
    private Optional<EnrollmentCode> code = Optional.empty();
    private String device;

    @BeforeEach
    void enroll() throws Exception {
        server = ServerAssembly.start(configuration(), clock);
        administrator = Administrator.setUp(server);
        String product = administrator.createProduct("Fish tank");
        code =
                Optional.of(
                        new EnrollmentCode(
                                administrator.createEnrollmentCode(
                                        product, List.of(SERIAL.text()))));
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("device")),
                        WrappingKeyFile.openOrCreate(directory.resolve("device.key")));
        slots = CredentialSlots.open(storage, new SealedFileKeys(storage));
        try (DeviceAgent agent = agent(clock)) {
            agent.start();
            device = await(AgentState.Connected.class).deviceId().toString();
        }
        states.clear();
    }

    @AfterEach
    void close() {
        administrator.close();
        server.close();
    }

    @Test
    void waitsForAnOperatorAndIsThereAgain() throws Exception {
        PublicKey before = key();
        time.advance(LAPSED);
        try (DeviceAgent agent = agent(clock)) {
            agent.start();
            awaitWaiting();
            // Nobody decides: it goes on asking with one key, when it was told to and not before.
            for (int i = 0; i < 5; i++) {
                rests(TOLD, TOLD.plusSeconds(1));
                awaitWaiting();
            }
            assertThat(administrator.waiting()).hasSize(1);
            assertThat(key()).isEqualTo(before);
            approve();
            rests(TOLD, TOLD.plusSeconds(1));

            assertThat(await(AgentState.Connected.class).deviceId()).hasToString(device);

            assertThat(key()).isNotEqualTo(before);
            assertThat(slots.next()).isEmpty();
            assertThat(administrator.waiting()).isEmpty();
            assertThat(administrator.certificates(device)).hasSize(2);
        }
    }

    /** As one without a battery: by its own clock the certificate is still good. */
    @Test
    void findsTheSameWayWithAClockThatStoodStill() throws Exception {
        Clock stood = Clock.fixed(clock.instant(), clock.getZone());
        PublicKey before = key();
        time.advance(LAPSED);
        try (DeviceAgent agent = agent(stood)) {
            agent.start();
            awaitWaiting();
            approve();
            rests(TOLD, TOLD.plusSeconds(1));

            assertThat(await(AgentState.Connected.class).deviceId()).hasToString(device);

            assertThat(key()).isNotEqualTo(before);
        }
    }

    @Test
    void staysOffAndSaysSoOnceItIsDenied() throws Exception {
        PublicKey before = key();
        time.advance(LAPSED);
        try (DeviceAgent agent = agent(clock)) {
            agent.start();
            awaitWaiting();
            administrator.deny(administrator.waiting().getFirst().path("id").asString());
            rests(TOLD, TOLD.plusSeconds(1));
            List<Duration> waits = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                AgentState.Refused told = await(AgentState.Refused.class);
                assertThat(told.reason().kind()).isEqualTo(Refusal.Kind.CERTIFICATE);
                assertThat(told.reason().text()).contains("403");
                assertThat(rests(REFUSED_WAIT_MIN, REFUSED_WAIT_MAX)).isEqualTo(told.retryIn());
                waits.add(told.retryIn());
            }
            // The wait grows: ten questions take hours.
            assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
                    .as("%s", waits)
                    .isGreaterThan(Duration.ofHours(2));
        }
        assertThat(states).noneMatch(AgentState.Connected.class::isInstance);
        assertThat(key()).isEqualTo(before);
        assertThat(administrator.certificates(device)).hasSize(1);
        assertThat(administrator.device(SERIAL.text()).path("connected").asBoolean()).isFalse();
        assertThat(administrator.refusals()).contains("lapsed-renewal-denied");
    }

    /** A server that is away is no refusal, and a device that waits for one is not in a hurry. */
    @Test
    void waitsLongerAndLongerForAServerThatIsAway() throws Exception {
        time.advance(LAPSED);
        server.close();
        try (DeviceAgent agent = agent(clock)) {
            agent.start();
            Duration all = Duration.ZERO;
            for (int i = 0; i < 14; i++) {
                all = all.plus(rests(Duration.ZERO, Duration.ofMinutes(5)));
            }
            assertThat(all).isGreaterThan(Duration.ofMinutes(10));
        }
        assertThat(states)
                .noneMatch(AgentState.Refused.class::isInstance)
                .noneMatch(AgentState.Connected.class::isInstance);
    }

    private void awaitWaiting() throws InterruptedException {
        assertThat(await(AgentState.Refused.class).reason().kind())
                .isEqualTo(Refusal.Kind.AWAITING_APPROVAL);
    }

    private void approve() {
        administrator.approve(administrator.waiting().getFirst().path("id").asString());
    }

    /** Sees how long the agent rests, and lets that time pass. */
    private Duration rests(Duration least, Duration most) throws InterruptedException {
        Duration rest = time.awaitRestOf(AGENT);
        assertThat(rest).isBetween(least, most);
        time.advance(rest);
        return rest;
    }

    private <S extends AgentState> S await(Class<S> type) throws InterruptedException {
        while (true) {
            AgentState state = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError("the agent did not come to " + type.getSimpleName());
            }
            if (type.isInstance(state)) {
                return type.cast(state);
            }
        }
    }

    private PublicKey key() throws Exception {
        return slots.current().orElseThrow().key().publicKey();
    }

    private DeviceAgent agent(Clock shown) {
        return new DeviceAgent(
                new Provisioning(
                        "localhost",
                        server.listeners().channel(),
                        server.listeners().enrollment(),
                        RootFingerprint.of(server.root()),
                        SERIAL,
                        ChannelKind.TLS,
                        new KeyPlace.SealedFile(),
                        Set.of()),
                slots,
                new EnrollmentCodeSource() {
                    @Override
                    public Optional<EnrollmentCode> code() {
                        return code;
                    }

                    @Override
                    public void erase() {
                        code = Optional.empty();
                    }
                },
                states::add,
                new AgentEnvironment(shown, time::rest, new Random(SEED)));
    }

    private ServerConfiguration configuration() {
        return ServerConfiguration.withDefaults(
                directory.resolve("data"),
                directory.resolve("sealing.key"),
                new ServerNames(List.of("localhost"), List.of(InetAddress.getLoopbackAddress())),
                Listeners.LOOPBACK_ANY);
    }
}
