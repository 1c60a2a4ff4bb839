/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.token.BareTpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent whose TPM goes while it runs, and comes back. */
@Timeout(120)
class GoneTpmTest {

    private static final Duration PAST_DUE = Duration.ofDays(24);

    @TempDir Path directory;
    private Optional<BareTpm> made = Optional.empty();
    private BareTpm tpm;
    private AgentBench bench;

    @BeforeEach
    void setUp() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(directory.resolve("tpm"))));
        tpm = made.orElseThrow();
        bench = new AgentBench(directory, new KeyPlace.Tpm(tpm.socket()));
    }

    @AfterEach
    void tearDown() throws Exception {
        if (bench != null) {
            bench.close();
        }
        made.ifPresent(BareTpm::close);
    }

    @ParameterizedTest
    @EnumSource(ChannelKind.class)
    void saysSoWhenItCannotConnectAndConnectsWithTheSameKeyAfterwards(ChannelKind channel)
            throws Exception {
        bench.enrolled();
        PublicKey key = bench.currentKey();
        try (DeviceAgent agent = bench.agent(channel)) {
            tpm.pullOut();
            agent.start();
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThat(bench.await(AgentState.KeyUnusable.class).reason())
                        .contains("cannot be opened");
                bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));
            }
            bench.await(AgentState.KeyUnusable.class);
            Duration wait = bench.time.awaitRestOf("breakwater-agent");
            tpm.putBack();
            bench.time.advance(wait);
            MqttConversation back = bench.peer.accept();
            assertThat(back.clientCertificate().getPublicKey()).isEqualTo(key);
            back.welcome();
            bench.await(AgentState.Connected.class);
        }
    }

    @Test
    void staysConnectedWithoutItAndRenewsWhenItIsBack() throws Exception {
        bench.enrolled();
        PublicKey before = bench.currentKey();
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            asked.incrementAndGet();
                            return bench.issue(question);
                        })) {
            bench.renewsAt(est.port());
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                MqttConversation first = bench.peer.accept();
                first.welcome();
                bench.await(AgentState.Connected.class);
                var _ = bench.time.awaitRestOf("breakwater-renewal");
                tpm.pullOut();
                Duration wait = PAST_DUE;
                for (int attempt = 0; attempt < 2; attempt++) {
                    bench.time.advance(wait);
                    wait = bench.time.awaitRestOf("breakwater-renewal");
                    assertThat(bench.slots.next()).isEmpty();
                }
                assertThat(asked).hasValue(0);
                tpm.putBack();
                bench.time.advance(wait);
                first.expectFarewell();
                MqttConversation second = bench.peer.accept();
                assertThat(second.clientCertificate().getPublicKey()).isNotEqualTo(before);
                second.welcome();
                bench.await(AgentState.Connected.class);
            }
            assertThat(bench.currentKey()).isNotEqualTo(before);
        }
    }

    @Test
    void spendsNoCodeWithoutItAndEnrollsWhenItIsBack() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            asked.incrementAndGet();
                            return bench.issue(question);
                        })) {
            bench.enrollsAt(est.port(), "code-1234");
            tpm.pullOut();
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                assertThat(bench.await(AgentState.KeyUnusable.class).reason())
                        .contains("cannot make a key in")
                        .contains("cannot be opened");
                Duration wait = bench.time.awaitRestOf("breakwater-agent");
                assertThat(asked).hasValue(0);
                assertThat(bench.code()).isPresent();
                tpm.putBack();
                bench.time.advance(wait);
                bench.peer.accept().welcome();
                bench.await(AgentState.Connected.class);
            }
        }
        assertThat(asked).hasValue(1);
        assertThat(bench.code()).isEmpty();
    }
}
