/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.message.SignedTime;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device whose clock is years off, and those who would make it believe that it is. */
@Timeout(60)
class DeviceWithWrongClockTest {

    private static final Duration TEN_YEARS = Duration.ofDays(3652);

    private final TestClock machine = TestClock.atPresent();

    @TempDir Path directory;
    private AgentBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @Test
    void enrollsAndConnectsThoughItsClockIsTenYearsAhead() throws Exception {
        machine.advance(TEN_YEARS);
        FlooredClock floored = floored();
        bench.tellsTimeBy(floored);
        try (ScriptedEstPeer est = bench.est(bench::issue)) {
            bench.enrollsAt(est.port(), "code-1234");
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                bench.peer.accept().welcome();
                bench.await(AgentState.Connected.class);
            }
        }
        assertThatTheFloorIsTrue(floored);
        assertThat(bench.slots.current().orElseThrow().notAfter()).isBefore(machine.instant());
    }

    /** Its own certificate seems to have ended as well, and has not. */
    @Test
    void connectsThoughItsClockWasSetAheadAndTellsItsOwnerAndItsServer() throws Exception {
        bench.enrolled();
        machine.advance(TEN_YEARS);
        FlooredClock floored = floored();
        bench.tellsTimeBy(floored);
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedEstPeer est =
                        bench.est(
                                question -> {
                                    asked.incrementAndGet();
                                    return bench.issue(question);
                                });
                DeviceAgent agent = provedBy(est)) {
            agent.start();
            MqttConversation server = bench.peer.accept();
            server.welcome();
            bench.await(AgentState.Connected.class);
            Publish event = server.expect(Publish.class);
            assertThat(event.topic().text()).isEqualTo("me/events/" + ClockNews.EVENT_TYPE);
            assertThat(new String(event.payloadBytes(), StandardCharsets.UTF_8))
                    .contains("\"aheadSeconds\":3155");
            assertThat(bench.ahead.take()).isBetween(TEN_YEARS.minusDays(1), TEN_YEARS);
            // Nothing was due, so nothing was renewed.
            bench.time.awaitRestOf("breakwater-renewal");
            assertThat(asked).hasValue(0);
        }
        assertThatTheFloorIsTrue(floored);
        // Set right, it is believed at once.
        machine.set(bench.clock.instant().plusSeconds(30));
        assertThat(floored.instant()).isEqualTo(machine.instant());
        assertThat(floored.ahead()).isEmpty();
    }

    /** By a clock that is three weeks ahead each new certificate would be due at once. */
    @Test
    void renewsNothingThatIsDueByAClockThatIsAhead() throws Exception {
        bench.enrolled();
        machine.advance(Duration.ofDays(25));
        bench.tellsTimeBy(floored());
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedEstPeer est =
                        bench.est(
                                question -> {
                                    asked.incrementAndGet();
                                    return bench.issue(question);
                                });
                DeviceAgent agent = provedBy(est)) {
            agent.start();
            bench.peer.accept().welcome();
            bench.await(AgentState.Connected.class);
            assertThat(bench.time.awaitRestOf("breakwater-renewal")).isEqualTo(Renewal.LOOK_MAX);
            assertThat(asked).hasValue(0);
        }
    }

    /**
     * Two months ago a key was stolen from the server. Its thief stands between a device that was
     * off since and the server, and either passes the question on, or answers it with that key.
     */
    @ParameterizedTest
    @ValueSource(longs = {0, 3652})
    void speaksToNoServerOfOldWhateverItsThiefSaysAboutTheTime(long daysAhead) throws Exception {
        Duration since = Duration.ofDays(60);
        bench.issuing.advance(since);
        bench.clock.advance(since);
        bench.enrolled();
        machine.advance(since.plusDays(daysAhead));
        FlooredClock floored = floored();
        bench.tellsTimeBy(floored);
        TestIdentity genuine = bench.pki.server("127.0.0.1");
        Instant floor = floored.floor();
        AtomicInteger lies = new AtomicInteger();
        try (ScriptedEstPeer forger =
                        ScriptedEstPeer.listen(genuine, bench.pki.issuing(), this::roots);
                DeviceAgent agent = provedBy(forger)) {
            forger.serve(
                    DeviceRequests.TIME,
                    exchange -> {
                        try (exchange) {
                            lies.incrementAndGet();
                            byte[] lie = lie(exchange.getRequestURI().getQuery());
                            exchange.sendResponseHeaders(200, lie.length);
                            exchange.getResponseBody().write(lie);
                        }
                    });
            agent.start();
            assertThatItStaysAway();
        }
        assertThat(lies.get()).isPositive();
        assertThat(floored.floor()).isEqualTo(floor);
        try (ScriptedEstPeer passedOn =
                        ScriptedEstPeer.listen(genuine, bench.pki.issuing(), this::roots)
                                .tellsTime(bench.pki, genuine, bench.clock);
                DeviceAgent agent = provedBy(passedOn)) {
            agent.start();
            assertThatItStaysAway();
        }
        assertThat(floored.floor()).isEqualTo(bench.clock.instant());
    }

    private void assertThatItStaysAway() throws Exception {
        bench.await(AgentState.Enrolled.class);
        assertThat(bench.time.awaitRestOf("breakwater-agent")).isPositive();
        assertThat(bench.states).noneMatch(AgentState.Connected.class::isInstance);
    }

    /** What the thief has: a key of old, its certificate, and a time at which that was good. */
    private byte[] lie(String query) throws IOException {
        Instant now = bench.clock.instant();
        TestIdentity stolen =
                bench.pki.serverBetween(
                        "127.0.0.1",
                        now.minus(Duration.ofDays(60)),
                        now.minus(Duration.ofDays(30)));
        byte[] nonce = SignedTime.nonceBytes(query.substring("nonce=".length()));
        try {
            return SignedTime.of(
                            bench.pki
                                    .status(stolen.leaf(), nonce, now.minus(Duration.ofDays(40)))
                                    .withSigner(stolen.keys())
                                    .der(),
                            List.of(stolen.leaf().getEncoded(), bench.pki.issuing().getEncoded()))
                    .toJson()
                    .getBytes(StandardCharsets.UTF_8);
        } catch (CertificateEncodingException impossible) {
            throw new IOException(impossible);
        }
    }

    private Answer roots(ScriptedEstPeer.Question question) {
        return Answer.certificates(bench.pki.issuing(), bench.pki.root());
    }

    private DeviceAgent provedBy(ScriptedEstPeer est) {
        bench.renewsAt(est.port());
        return bench.agent();
    }

    private void assertThatTheFloorIsTrue(FlooredClock floored) throws IOException {
        Instant latest = bench.clock.instant().plus(Duration.ofMinutes(1));
        assertThat(floored.floor()).isBefore(latest);
        machine.set(Instant.EPOCH);
        assertThat(floored().instant()).isBefore(latest);
        machine.set(bench.clock.instant().plus(TEN_YEARS));
    }

    private FlooredClock floored() throws IOException {
        return FlooredClock.open(
                machine,
                () -> 0,
                bench.clock.instant().minus(Duration.ofDays(90)),
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("clock")),
                        WrappingKeyFile.openOrCreate(directory.resolve("clock.key"))));
    }
}
