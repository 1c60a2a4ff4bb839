/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Question;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How the agent lives through enrollment, refusals, lost connections and renewals. */
@Timeout(60)
class AgentLifeTest {

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
    void enrollsWithItsCodeWaitsForApprovalAndErasesTheCode() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        AtomicReference<String> firstBody = new AtomicReference<>();
        try (ScriptedEstPeer est =
                est(
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
                            assertThat(keyIn(question.body())).isEqualTo(keyIn(firstBody.get()));
                            return issue(question);
                        })) {
            bench.enrollsAt(est.port(), "code-1234");
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                bench.await(AgentState.Unenrolled.class);
                AgentState.Refused waiting = bench.await(AgentState.Refused.class);
                assertThat(waiting.reason().kind()).isEqualTo(Refusal.Kind.AWAITING_APPROVAL);
                assertThat(waiting.retryIn()).isEqualTo(Duration.ofMinutes(2));
                assertThat(bench.code()).isPresent();
                bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));

                MqttConversation device = bench.peer.accept();
                assertThat(bench.code()).isEmpty();
                assertThat(device.clientCertificate().getPublicKey())
                        .isEqualTo(keyIn(firstBody.get()));
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
                est(
                        question -> {
                            if (refusedKey.compareAndSet(null, keyIn(question.body()))) {
                                return Answer.text(400, "this key is registered\r\nalready");
                            }
                            return issue(question);
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
                est(
                        question -> {
                            posts.incrementAndGet();
                            return issue(question);
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
                est(
                        question -> {
                            posts.incrementAndGet();
                            return issue(question);
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
                est(
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

    @ParameterizedTest
    @EnumSource(ChannelKind.class)
    void comesBackAfterTheServerWasAway(ChannelKind channel) throws Exception {
        bench.enrolled();
        try (DeviceAgent agent = bench.agent(channel)) {
            agent.start();
            bench.peer.accept().welcome();
            bench.await(AgentState.Connected.class);
            bench.peer.kill();
            bench.await(AgentState.Enrolled.class);
            Duration longest = Duration.ofSeconds(1);
            for (int attempt = 0; attempt < 4; attempt++) {
                Duration wait = bench.time.awaitRestOf("breakwater-agent");
                assertThat(wait).isLessThanOrEqualTo(longest);
                longest = longest.multipliedBy(2);
                bench.time.advance(wait);
                bench.await(AgentState.Connecting.class);
                bench.await(AgentState.Enrolled.class);
            }
            bench.peer.restart();
            bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));
            bench.peer.accept().welcome();
            bench.await(AgentState.Connected.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_AUTHORIZED,              NOT_AUTHORIZED, 30, 90",
        "BANNED,                      NOT_AUTHORIZED, 30, 90",
        "CLIENT_IDENTIFIER_NOT_VALID, NOT_AUTHORIZED, 30, 90",
        "SERVER_BUSY,                 BUSY,           5,  15",
        "QUOTA_EXCEEDED,              BUSY,           5,  15",
        "PROTOCOL_ERROR,              PROTOCOL,       30, 90"
    })
    void isAsPatientAsTheRefusalAsks(
            ReasonCode code, Refusal.Kind kind, long leastSeconds, long mostSeconds)
            throws Exception {
        bench.enrolled();
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            bench.peer.accept().refuseConnect(code);
            AgentState.Refused refused = bench.await(AgentState.Refused.class);
            assertThat(refused.reason().kind()).isEqualTo(kind);
            assertThat(refused.retryIn())
                    .isBetween(Duration.ofSeconds(leastSeconds), Duration.ofSeconds(mostSeconds));
            assertThat(bench.time.awaitRestOf("breakwater-agent")).isEqualTo(refused.retryIn());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ADMINISTRATIVE_ACTION, NOT_AUTHORIZED",
        "NOT_AUTHORIZED,        NOT_AUTHORIZED",
        "SESSION_TAKEN_OVER,    TAKEN_OVER",
        "MESSAGE_RATE_TOO_HIGH, BUSY"
    })
    void saysWhyItWasCutOffWhileConnected(ReasonCode code, Refusal.Kind kind) throws Exception {
        bench.enrolled();
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            bench.await(AgentState.Connected.class);
            device.send(new Disconnect(code));
            assertThat(bench.await(AgentState.Refused.class).reason().kind()).isEqualTo(kind);
        }
    }

    @ParameterizedTest
    @EnumSource(ChannelKind.class)
    void knowsThatItsCertificateWasRefusedInTheHandshake(ChannelKind channel) throws Exception {
        bench.enrolled();
        bench.peer.refuse(bench.currentKey());
        try (DeviceAgent agent = bench.agent(channel)) {
            agent.start();
            AgentState.Refused refused = bench.await(AgentState.Refused.class);
            assertThat(refused.reason().kind()).isEqualTo(Refusal.Kind.CERTIFICATE);
            assertThat(refused.retryIn()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));

            bench.peer.acceptAgain(bench.currentKey());
            bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));
            bench.peer.accept().welcome();
            bench.await(AgentState.Connected.class);
        }
    }

    @Test
    void speaksToNoServerOfAnotherRootOrName() throws Exception {
        bench.enrolled();
        RootFingerprint pin = RootFingerprint.of(bench.pki.root());
        try (DeviceAgent agent = bench.agent(ChannelKind.TLS, "localhost", pin)) {
            agent.start();
            bench.time.awaitRestOf("breakwater-agent");
            assertThat(bench.states).noneMatch(AgentState.Connected.class::isInstance);
        }
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
                est(
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
                est(
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
        return est(
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
        return issue(question);
    }

    private ScriptedEstPeer est(ScriptedEstPeer.Script script) throws Exception {
        X509Certificate root = bench.pki.root();
        return ScriptedEstPeer.listen(
                bench.pki.server("127.0.0.1"),
                root,
                question ->
                        question.operation().equals("cacerts")
                                ? Answer.certificates(bench.pki.issuing(), root)
                                : script.answer(question));
    }

    private Answer issue(Question question) throws Exception {
        KeyPair forPublicKey = new KeyPair(keyIn(question.body()), TestKeys.p256().getPrivate());
        return Answer.certificates(
                bench.pki.device(bench.deviceId, AgentBench.SERIAL, forPublicKey).leaf());
    }

    private static PublicKey keyIn(String body) throws Exception {
        return new JcaPKCS10CertificationRequest(Base64.getMimeDecoder().decode(body))
                .getPublicKey();
    }

    private static String basic(Question question) {
        List<String> headers = question.headers().getOrDefault("Authorization", List.of());
        String encoded = headers.getFirst().substring("Basic ".length());
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }
}
