/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Question;
import dev.breakwater.testkit.pki.TestPki;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the agent gets its first certificate, and whom it tells its code. */
@Timeout(60)
class AgentEnrollmentTest {

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
    void enrollsWithItsCodeWaitsForApprovalAndErasesTheCode() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        AtomicReference<String> firstBody = new AtomicReference<>();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            assertThat(question.operation()).isEqualTo("simpleenroll");
                            assertThat(question.clientCertificate()).isEmpty();
                            assertThat(question.headers().get("Content-type"))
                                    .containsExactly("application/pkcs10");
                            assertThat(basic(question)).isEqualTo("tank-1:code-1234");
                            if (posts.incrementAndGet() == 1) {
                                firstBody.set(question.body());
                                return new Answer(202, Map.of("Retry-After", "120"), "");
                            }
                            // The same request again: RFC 7030 section 4.2.3.
                            assertThat(AgentBench.keyIn(question.body()))
                                    .isEqualTo(AgentBench.keyIn(firstBody.get()));
                            return bench.issue(question);
                        })) {
            bench.enrollsAt(est.port(), "code-1234");
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                bench.await(AgentState.Unenrolled.class);
                AgentState.Refused waiting = bench.await(AgentState.Refused.class);
                assertThat(waiting.reason().kind()).isEqualTo(Refusal.Kind.AWAITING_APPROVAL);
                // What the server asked for, and a part of a second against coming all at once.
                assertThat(waiting.retryIn())
                        .isBetween(Duration.ofMinutes(2), Duration.ofMinutes(2).plusSeconds(1));
                assertThat(bench.code()).isPresent();
                bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));

                MqttConversation device = bench.peer.accept();
                assertThat(bench.code()).isEmpty();
                assertThat(device.clientCertificate().getPublicKey())
                        .isEqualTo(AgentBench.keyIn(firstBody.get()));
                device.welcome();
                AgentState.Connected connected = bench.await(AgentState.Connected.class);
                assertThat(connected.deviceId()).isEqualTo(bench.deviceId);
                assertThat(posts).hasValue(2);
            }
        }
    }

    @Test
    void asksWithAnotherKeyAfterItsRequestWasRefused() throws Exception {
        AtomicReference<@Nullable PublicKey> refusedKey = new AtomicReference<>();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            if (refusedKey.compareAndSet(null, AgentBench.keyIn(question.body()))) {
                                return Answer.text(400, "this key is registered\r\nalready");
                            }
                            return bench.issue(question);
                        })) {
            bench.enrollsAt(est.port(), "code-1234");
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                AgentState.Refused refused = bench.await(AgentState.Refused.class);
                assertThat(refused.reason())
                        .isEqualTo(
                                new Refusal(
                                        Refusal.Kind.ENROLLMENT,
                                        "the server answered 400: this key is registered already"));
                assertThat(refused.retryIn()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
                bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));
                assertThat(bench.peer.accept().clientCertificate().getPublicKey())
                        .isNotEqualTo(refusedKey.get());
            }
        }
    }

    @Test
    void tellsItsCodeToNobodyButTheServerWithThePinnedRoot() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            posts.incrementAndGet();
                            return bench.issue(question);
                        })) {
            bench.enrollsAt(est.port(), "code-1234");
            RootFingerprint otherPin = RootFingerprint.of(TestPki.create(Clock.systemUTC()).root());
            try (DeviceAgent agent = bench.agent(ChannelKind.TLS, "127.0.0.1", otherPin)) {
                agent.start();
                AgentState.Refused refused = bench.await(AgentState.Refused.class);
                assertThat(refused.reason().kind()).isEqualTo(Refusal.Kind.SERVER_NOT_TRUSTED);
            }
            assertThat(posts).hasValue(0);
        }
    }

    @Test
    void tellsItsCodeToNoServerOfAnotherName() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            posts.incrementAndGet();
                            return bench.issue(question);
                        })) {
            bench.enrollsAt(est.port(), "code-1234");
            RootFingerprint pin = RootFingerprint.of(bench.pki.root());
            // The certificate of the peer is for 127.0.0.1 and not for localhost.
            try (DeviceAgent agent = bench.agent(ChannelKind.TLS, "localhost", pin)) {
                agent.start();
                bench.time.awaitRestOf("breakwater-agent");
            }
            assertThat(posts).hasValue(0);
        }
    }

    @Test
    void refusesCertificateThatIsNotItsOwn() throws Exception {
        try (ScriptedEstPeer est =
                bench.est(
                        question ->
                                Answer.certificates(
                                        bench.pki
                                                .device(bench.deviceId, AgentBench.SERIAL)
                                                .leaf()))) {
            bench.enrollsAt(est.port(), "code-1234");
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                assertThat(bench.await(AgentState.Refused.class).reason().text())
                        .isEqualTo("the issued certificate carries another key than ours");
            }
            assertThat(bench.slots.next()).isEmpty();
            assertThat(bench.code()).isPresent();
        }
    }

    @Test
    void saysWhatIsMissingWithoutCertificateAndCode() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            assertThat(bench.await(AgentState.Refused.class).reason().text())
                    .contains("provision it with a fresh code");
        }
    }

    private static String basic(Question question) {
        List<String> headers = question.headers().getOrDefault("Authorization", List.of());
        String encoded = headers.getFirst().substring("Basic ".length());
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }
}
