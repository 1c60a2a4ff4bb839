/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.erasure.ConfiguredDevice;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.testkit.canary.Canaries;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server says that the owner has given the device away. */
@Timeout(60)
class ErasureOrderTest {

    private final Canaries canaries = new Canaries();
    private final CountDownLatch restarted = new CountDownLatch(1);

    @TempDir Path directory;
    private AgentBench bench;
    private ConfiguredDevice device;

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
        bench.enrolled();
        device =
                ConfiguredDevice.in(
                        Files.createDirectory(directory.resolve("device")), bench.clock);
        device.configure(canaries);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @Test
    void isObeyedByARestartThatErasesEverythingAndKeepsTheReceiptForTheServer() throws Exception {
        try (ScriptedEstPeer est = bench.est(_ -> givenAway(bench.deviceId))) {
            AgentState.Refused refused = refusedBy(est, ReasonCode.NOT_AUTHORIZED);
            assertThat(refused.reason().kind()).isEqualTo(Refusal.Kind.GIVEN_AWAY);
            assertThat(restarted.await(10, TimeUnit.SECONDS)).isTrue();
            ConfiguredDevice again = ConfiguredDevice.in(directory.resolve("device"), bench.clock);
            assertThat(again.erasure().finishIfBegun().orElseThrow().statement())
                    .contains("\"cause\":\"by-order\"")
                    .contains("\"device\":\"" + bench.deviceId + "\"");
            assertThat(canaries.search(directory.resolve("device"))).isEmpty();
            assertThat(again.erasure().undelivered().orElseThrow().to().port())
                    .isEqualTo(est.port());
        }
    }

    @Test
    void isNoneIfItNamesAnotherDeviceOrNobody() throws Exception {
        try (ScriptedEstPeer est = bench.est(_ -> givenAway(DeviceId.fresh()))) {
            assertThat(refusedBy(est, ReasonCode.NOT_AUTHORIZED).reason().kind())
                    .isEqualTo(Refusal.Kind.NOT_AUTHORIZED);
        }
        requireNothingErased();
    }

    /** Whoever was suspended, quarantined or reported stolen is told 403. */
    @Test
    void isNotTakenOutOfAnyOtherRefusal() throws Exception {
        try (ScriptedEstPeer est = bench.est(_ -> Answer.text(403, "Not authorized."))) {
            assertThat(refusedBy(est, ReasonCode.NOT_AUTHORIZED).reason().kind())
                    .isEqualTo(Refusal.Kind.NOT_AUTHORIZED);
        }
        requireNothingErased();
    }

    private AgentState.Refused refusedBy(ScriptedEstPeer est, ReasonCode code) throws Exception {
        bench.renewsAt(est.port());
        try (DeviceAgent agent = bench.agent()) {
            agent.onErasureOrder(device.erasure(), restarted::countDown);
            agent.start();
            bench.peer.accept().refuseConnect(code);
            AgentState.Refused refused = bench.await(AgentState.Refused.class);
            assertThat(bench.time.awaitRestOf("breakwater-agent")).isEqualTo(refused.retryIn());
            return refused;
        }
    }

    private void requireNothingErased() throws Exception {
        assertThat(restarted.getCount()).isEqualTo(1);
        assertThat(device.erasure().finishIfBegun()).isEmpty();
        assertThat(bench.slots.current()).isPresent();
    }

    private static Answer givenAway(DeviceId named) {
        return new Answer(
                410,
                Map.of(
                        "Content-Type",
                        "text/plain",
                        DeviceRequests.GIVEN_AWAY_HEADER,
                        named.toString()),
                "given away");
    }
}
