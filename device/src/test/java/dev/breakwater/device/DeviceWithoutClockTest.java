/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device whose clock begins in 1970 each time it is switched on. */
@Timeout(60)
class DeviceWithoutClockTest {

    private final TestClock machine = TestClock.at(Instant.EPOCH);

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

    /** A server that cannot prove what time it is may be one whose key was stolen long ago. */
    @Test
    void speaksToNoServerFromBeyondItsClockThatDoesNotProveTheTime() throws Exception {
        bench.enrolled();
        bench.tellsTimeBy(machine);
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            bench.await(AgentState.Connecting.class);
            bench.await(AgentState.Enrolled.class);
            assertThat(bench.time.awaitRestOf("breakwater-agent")).isPositive();
        }
    }

    @Test
    void enrollsAndConnectsByTheTimeItsFirmwareWasBuiltAndLearnsALaterOne() throws Exception {
        Instant builtAt = bench.clock.instant().minus(Duration.ofHours(20));
        FlooredClock floored = floored(builtAt);
        bench.tellsTimeBy(floored);
        try (ScriptedEstPeer est = bench.est(bench::issue)) {
            bench.enrollsAt(est.port(), "code-1234");
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                MqttConversation server = bench.peer.accept();
                server.welcome();
                bench.await(AgentState.Connected.class);
            }
        }
        Instant issued = bench.slots.current().orElseThrow().notBefore();
        assertThat(floored.floor()).isAfterOrEqualTo(issued).isAfter(builtAt);
    }

    /** The clock was turned back to when the server's certificate was still good. */
    @Test
    void doesNotTakeAnExpiredCertificateAgainWhenItsClockIsTurnedBack() throws Exception {
        bench.enrolled();
        FlooredClock floored = floored(bench.clock.instant());
        floored.heard(bench.clock.instant().plus(Duration.ofDays(40)));
        machine.set(bench.clock.instant());
        bench.tellsTimeBy(floored);
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            bench.await(AgentState.Enrolled.class);
            assertThat(bench.time.awaitRestOf("breakwater-agent")).isPositive();
            assertThat(bench.states).noneMatch(AgentState.Connecting.class::isInstance);
        }
    }

    private FlooredClock floored(Instant builtAt) throws IOException {
        return FlooredClock.open(
                machine,
                () -> 0,
                builtAt,
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("clock")),
                        WrappingKeyFile.openOrCreate(directory.resolve("clock.key"))));
    }
}
