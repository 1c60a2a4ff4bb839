/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.RetryAfter;
import dev.breakwater.testkit.peer.MqttConversation;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How the agent lives through refusals and lost connections. */
@Timeout(60)
class AgentLifeTest {

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

    @Test
    void comesBackWhenAStoppingServerSays() throws Exception {
        bench.enrolled();
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            bench.await(AgentState.Connected.class);
            device.send(new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN, hint(17)));
            bench.await(AgentState.Enrolled.class);
            Duration wait = bench.time.awaitRestOf("breakwater-agent");
            assertThat(wait).isBetween(Duration.ofSeconds(17), Duration.ofMillis(17_999));
            bench.time.advance(wait);
            bench.peer.accept().welcome();
            bench.await(AgentState.Connected.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"SERVER_BUSY", "CONNECTION_RATE_EXCEEDED", "SERVER_UNAVAILABLE"})
    void waitsAsLongAsTheRefusalOfItsConnectSays(ReasonCode code) throws Exception {
        bench.enrolled();
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.expect(Connect.class);
            device.send(new ConnAck(false, code, hint(40)));
            AgentState.Refused refused = bench.await(AgentState.Refused.class);
            assertThat(refused.retryIn())
                    .isBetween(Duration.ofSeconds(40), Duration.ofMillis(40_999));
        }
    }

    /** Whom only a person can let in again gains nothing by asking sooner. */
    @Test
    void doesNotTakeAHintFromARefusalOfItsIdentity() throws Exception {
        bench.enrolled();
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.expect(Connect.class);
            device.send(new ConnAck(false, ReasonCode.NOT_AUTHORIZED, hint(1)));
            assertThat(bench.await(AgentState.Refused.class).retryIn())
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(30));
        }
    }

    private static MqttProperties hint(int seconds) {
        return MqttProperties.of(
                MqttProperty.USER_PROPERTY, RetryAfter.of(Duration.ofSeconds(seconds)));
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
}
