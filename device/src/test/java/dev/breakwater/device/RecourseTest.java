/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a device does whom the channel does not let in and the other port gives a certificate. */
final class RecourseTest {

    private static final String AGENT = "breakwater-agent";
    private static final Duration AGE = Duration.ofDays(29);

    @TempDir Path directory;
    private final AtomicInteger issued = new AtomicInteger();
    private AgentBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
        // Its certificate ends in a day, and the server's a month later.
        bench.issuing.advance(AGE.negated());
        bench.enrolled();
        bench.issuing.advance(AGE);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    /** Issues so many certificates, and says no from then on. */
    private ScriptedEstPeer est(int issuedMax) throws Exception {
        ScriptedEstPeer est =
                bench.est(
                        question ->
                                issued.incrementAndGet() > issuedMax
                                        ? Answer.text(403, "Not authorized.")
                                        : bench.issue(question));
        bench.renewsAt(est.port());
        return est;
    }

    @Test
    void triesWhatItWasGivenAtOnce() throws Exception {
        try (ScriptedEstPeer est = est(100);
                DeviceAgent agent = bench.agent()) {
            agent.start();
            X509Certificate before = refused();
            // Nobody turns the clock, so whoever comes now has not waited.
            MqttConversation next = bench.peer.accept();
            assertThat(next.clientCertificate()).isNotEqualTo(before);
            next.welcome();
            bench.await(AgentState.Connected.class);
            assertThat(issued).hasValue(1);
            assertThat(est.port()).isPositive();
        }
    }

    @Test
    void isInNoHurryIfWhatItWasGivenIsRefusedToo() throws Exception {
        try (ScriptedEstPeer est = est(100);
                DeviceAgent agent = bench.agent()) {
            agent.start();
            int rests = 0;
            Duration waited = Duration.ZERO;
            // The first two without a rest; from then on there is one after each refusal.
            refused();
            for (int attempt = 0; attempt < 6; attempt++) {
                refused();
                Duration rest = bench.time.awaitRestOf(AGENT);
                assertThat(rest).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
                rests++;
                waited = waited.plus(rest);
                bench.time.advance(rest);
            }
            assertThat(rests).isEqualTo(6);
            assertThat(waited).isGreaterThan(Duration.ofMinutes(6));
            assertThat(issued.get()).isLessThanOrEqualTo(4);
            assertThat(est.port()).isPositive();
        }
    }

    /** An operator has approved one key: to forget it would shut the device out for good. */
    @Test
    void keepsASuccessorThatIsRefusedIfItsPredecessorHasEnded() throws Exception {
        bench.time.advance(
                Duration.between(
                        bench.clock.instant(),
                        bench.slots.current().orElseThrow().notAfter().plusSeconds(1)));
        try (ScriptedEstPeer est = est(1);
                DeviceAgent agent = bench.agent()) {
            agent.start();
            X509Certificate successor = refused();
            // As a device that was suspended just then, and is let in again later.
            assertThat(bench.await(AgentState.Refused.class).reason().kind())
                    .isEqualTo(Refusal.Kind.NOT_AUTHORIZED);
            bench.time.advance(bench.time.awaitRestOf(AGENT));
            assertThat(bench.peer.accept().clientCertificate()).isEqualTo(successor);
            assertThat(est.port()).isPositive();
        }
    }

    private X509Certificate refused() throws Exception {
        MqttConversation conversation = bench.peer.accept();
        X509Certificate shown = conversation.clientCertificate();
        conversation.refuseConnect(ReasonCode.NOT_AUTHORIZED);
        return shown;
    }
}
