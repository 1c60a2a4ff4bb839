/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Question;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the agent changes from one certificate to the next. */
@Timeout(60)
class RenewalTest {

    private static final Duration PAST_DUE = Duration.ofDays(24);

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
    void renewsAtTwoThirdsOfItsCertificatesLife() throws Exception {
        bench.enrolled();
        PublicKey oldKey = bench.currentKey();
        try (ScriptedEstPeer est = estThatRenews(oldKey)) {
            bench.renewsAt(est.port());
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                MqttConversation first = bench.peer.accept();
                first.welcome();
                bench.await(AgentState.Connected.class);
                turnClockPastDue();
                first.expectFarewell();

                MqttConversation second = bench.peer.accept();
                PublicKey newKey = second.clientCertificate().getPublicKey();
                assertThat(newKey).isNotEqualTo(oldKey);
                // Not dropped yet: the new one has not connected.
                assertThat(bench.currentKey()).isEqualTo(oldKey);
                second.welcome();
                bench.await(AgentState.Connected.class);
                assertThat(bench.currentKey()).isEqualTo(newKey);
                assertThat(bench.slots.next()).isEmpty();
            }
        }
    }

    /** The key comes back in the end, as a token does that was pulled out. */
    @Test
    void saysThatItsKeyIsGoneAsksForNoOtherAndGoesOnWithTheSame() throws Exception {
        bench.enrolled();
        PublicKey key = bench.currentKey();
        Path place =
                directory.resolve(
                        "storage/" + bench.slots.current().orElseThrow().key().name() + ".sealed");
        Path away = directory.resolve("pulled-out");
        AtomicInteger questions = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            questions.incrementAndGet();
                            return Answer.text(400, "no");
                        })) {
            bench.enrollsAt(est.port(), "code-1234");
            Files.move(place, away);
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                assertThat(bench.await(AgentState.KeyUnusable.class).reason())
                        .contains("is not where the device keeps its keys");
                Duration wait = bench.time.awaitRestOf("breakwater-agent");
                Files.move(away, place);
                bench.time.advance(wait);
                MqttConversation back = bench.peer.accept();
                assertThat(back.clientCertificate().getPublicKey()).isEqualTo(key);
                back.welcome();
                bench.await(AgentState.Connected.class);
            }
            assertThat(questions).hasValue(0);
        }
    }

    @Test
    void doesNotRenewBeforeTwoThirds() throws Exception {
        bench.enrolled();
        Instant notBefore = bench.slots.current().orElseThrow().notBefore();
        Instant notAfter = bench.slots.current().orElseThrow().notAfter();
        bench.clock.set(
                notBefore.plus(
                        Duration.between(notBefore, notAfter).multipliedBy(65).dividedBy(100)));
        AtomicInteger questions = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            questions.incrementAndGet();
                            return Answer.text(400, "not yet");
                        })) {
            bench.renewsAt(est.port());
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                bench.peer.accept().welcome();
                assertThat(bench.time.awaitRestOf("breakwater-renewal"))
                        .isEqualTo(Renewal.LOOK_MAX);
                assertThat(questions).hasValue(0);
            }
        }
    }

    @Test
    void goesBackToItsCertificateIfTheServerRefusesTheNewOne() throws Exception {
        bench.enrolled();
        PublicKey oldKey = bench.currentKey();
        try (ScriptedEstPeer est = estThatRenews(oldKey)) {
            bench.renewsAt(est.port());
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                bench.peer.accept().welcome();
                bench.await(AgentState.Connected.class);
                turnClockPastDue();
                bench.peer.accept().refuseConnect(ReasonCode.NOT_AUTHORIZED);
                bench.await(AgentState.Refused.class);
                bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));
                MqttConversation third = bench.peer.accept();
                assertThat(third.clientCertificate().getPublicKey()).isEqualTo(oldKey);
                third.welcome();
                bench.await(AgentState.Connected.class);
                assertThat(bench.slots.next()).isEmpty();
            }
        }
    }

    /** Or the server, which may have seen the new one connect, would take it for a clone. */
    @Test
    void doesNotGoBackToItsOldCertificateWhenTheConnectionIsMerelyLost() throws Exception {
        bench.enrolled();
        PublicKey oldKey = bench.currentKey();
        try (ScriptedEstPeer est = estThatRenews(oldKey)) {
            bench.renewsAt(est.port());
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                bench.peer.accept().welcome();
                bench.await(AgentState.Connected.class);
                turnClockPastDue();
                for (int attempt = 0; attempt < 3; attempt++) {
                    MqttConversation cut = bench.peer.accept();
                    assertThat(cut.clientCertificate().getPublicKey()).isNotEqualTo(oldKey);
                    cut.cut();
                    bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));
                }
            }
        }
    }

    @Test
    void keepsWorkingAndAsksAgainWhenRenewalFails() throws Exception {
        bench.enrolled();
        PublicKey oldKey = bench.currentKey();
        AtomicInteger questions = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question ->
                                switch (questions.incrementAndGet()) {
                                    case 1 -> Answer.text(500, "the disk is full");
                                    case 2 -> new Answer(503, Map.of("Retry-After", "7"), "busy");
                                    case 3 -> Answer.text(400, "no");
                                    default -> renew(question);
                                })) {
            bench.renewsAt(est.port());
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                MqttConversation first = bench.peer.accept();
                // Hours between two pings, so that the steps of the clock below cause none.
                first.welcome(MqttProperties.of(MqttProperty.SERVER_KEEP_ALIVE_SECONDS, 65_535));
                first.answerPings();
                bench.await(AgentState.Connected.class);
                turnClockPastDue();
                bench.time.advance(bench.time.awaitRestOf("breakwater-renewal"));
                Duration busy = bench.time.awaitRestOf("breakwater-renewal");
                assertThat(busy).isEqualTo(Duration.ofSeconds(7));
                bench.time.advance(busy);
                Duration refused = bench.time.awaitRestOf("breakwater-renewal");
                assertThat(refused).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
                assertThat(bench.states).isEmpty();
                bench.time.advance(refused);
                assertThat(bench.peer.accept().clientCertificate().getPublicKey())
                        .isNotEqualTo(oldKey);
            }
        }
    }

    /** In steps, as the agent looks at the clock every hour. */
    private void turnClockPastDue() throws InterruptedException {
        bench.time.awaitRestOf("breakwater-renewal");
        bench.time.advance(PAST_DUE);
    }

    private ScriptedEstPeer estThatRenews(PublicKey oldKey) throws Exception {
        return bench.est(
                question -> {
                    assertThat(question.operation()).isEqualTo("simplereenroll");
                    assertThat(question.clientCertificate().orElseThrow().getPublicKey())
                            .isEqualTo(oldKey);
                    assertThat(question.headers()).doesNotContainKey("Authorization");
                    return renew(question);
                });
    }

    /** Turns the clock back, so that the new certificate, which is of the present, is not due. */
    private Answer renew(Question question) throws Exception {
        bench.clock.advance(PAST_DUE.negated());
        return bench.issue(question);
    }
}
