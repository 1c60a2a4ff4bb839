/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.message.DesiredState;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.protocol.message.Notice;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.testkit.peer.MqttConversation;
import java.io.EOFException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the agent says and does on a connection. */
@Timeout(60)
class DeviceAgentTest {

    private final MessageReader server = MessageReader.forServer();

    @TempDir Path directory;
    private AgentBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
        bench.enrolled();
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @ParameterizedTest
    @EnumSource(ChannelKind.class)
    void connectsWithItsOwnCertificateAndSubscribes(ChannelKind channel) throws Exception {
        try (DeviceAgent agent = bench.agent(channel)) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            Connect connect = device.expect(Connect.class);
            assertThat(device.clientCertificate().getPublicKey()).isEqualTo(bench.currentKey());
            assertThat(connect.cleanStart()).isTrue();
            assertThat(connect.clientId()).isEqualTo(bench.deviceId.toString());
            assertThat(connect.userName()).isNull();
            assertThat(connect.password()).isNull();
            device.send(new ConnAck(false, ReasonCode.SUCCESS, MqttProperties.EMPTY));
            assertThat(device.expect(Subscribe.class).subscriptions())
                    .extracting(subscription -> subscription.filter().text())
                    .containsExactly(
                            "me/commands/+",
                            "me/state/desired",
                            "me/notices",
                            "me/certificate/issued",
                            "me/takeovers");
        }
    }

    @ParameterizedTest
    @EnumSource(ChannelKind.class)
    void tellsItsStatesInOrderAndSaysFarewell(ChannelKind channel) throws Exception {
        MqttConversation device;
        try (DeviceAgent agent = bench.agent(channel)) {
            agent.start();
            device = bench.peer.accept();
            device.welcome();
            bench.await(AgentState.Connected.class);
        }
        assertThat(device.expect(Disconnect.class).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(bench.states).containsExactly(new AgentState.Stopped());
    }

    @ParameterizedTest
    @EnumSource(ChannelKind.class)
    void carriesOutCommandOnceAndRepeatsItsReplyWhenItComesAgain(ChannelKind channel)
            throws Exception {
        AtomicInteger portions = new AtomicInteger();
        try (DeviceAgent agent = bench.agent(channel)) {
            agent.onCommand(
                    "feed",
                    arguments -> {
                        portions.addAndGet(arguments.get("portions").intValue());
                        return object("{\"total\":" + portions + "}");
                    });
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            CommandId id = CommandId.fresh();
            for (int delivery = 1; delivery <= 3; delivery++) {
                device.publish(delivery, Topics.command(id), feed("{\"portions\":2}").toJson());
                assertThat(device.expect(PubAck.class).packetId()).isEqualTo(delivery);
                Publish reply = device.expectOn(Topics.commandReply(id));
                assertThat(server.commandReply(reply.payloadBytes()))
                        .isEqualTo(new CommandReply.Succeeded(object("{\"total\":2}")));
            }
            assertThat(portions).hasValue(2);
        }
    }

    @Test
    void answersWhyACommandWasNotCarriedOut() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.onCommand(
                    "feed",
                    arguments -> {
                        throw new CommandFailed("the feeder is empty");
                    });
            agent.onCommand(
                    "crash",
                    arguments -> {
                        throw new IllegalStateException("secret-canary");
                    });
            agent.onCommand("talk", arguments -> object("{\"a\":\"" + "x".repeat(70_000) + "\"}"));
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            assertThat(errorOf(device, feed("{}").toJson())).isEqualTo("the feeder is empty");
            assertThat(errorOf(device, command("dance").toJson()))
                    .isEqualTo(
                            "this device does not know the command dance; it knows [crash, feed, talk]");
            assertThat(errorOf(device, command("crash").toJson()))
                    .doesNotContain("canary")
                    .contains("its log says why");
            assertThat(errorOf(device, command("talk").toJson())).contains("its log says why");
            assertThat(errorOf(device, "{\"name\":\"feed\"".getBytes(UTF_8)))
                    .contains("well-formed JSON");
            Command late = feed("{}");
            bench.clock.advance(Duration.ofMinutes(10));
            assertThat(errorOf(device, late.toJson())).contains("expired at");
        }
    }

    @Test
    void ignoresCommandsUnderMalformedIds() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.onCommand("feed", arguments -> arguments);
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            device.publish(9, "me/commands/not-an-id", feed("{}").toJson());
            device.expect(PubAck.class);
            assertThat(errorOf(device, command("dance").toJson())).contains("dance");
        }
    }

    @Test
    void keepsMessagesInOrderUntilTheyAreAcknowledged() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation first = bench.peer.accept();
            first.welcome();
            for (int n = 0; n < 5; n++) {
                agent.publishTelemetry(object("{\"n\":" + n + "}"));
            }
            first.acknowledge(first.expect(Publish.class));
            first.expect(Publish.class);
            first.expect(Publish.class);
            // The device need not have seen the acknowledgement of 0 when the line is cut.
            first.cut();
            bench.time.advance(bench.time.awaitRestOf("breakwater-agent"));

            MqttConversation second = bench.peer.accept();
            second.welcome();
            assertThat(agent.flush(Duration.ZERO)).isFalse();
            int next = -1;
            while (next != 4) {
                Publish again = second.expect(Publish.class);
                assertThat(again.duplicate()).isFalse();
                int n = server.telemetry(again.payloadBytes()).readings().get("n").intValue();
                assertThat(n).isEqualTo(next == -1 ? Math.min(n, 1) : next + 1);
                next = n;
                second.acknowledge(again);
            }
            assertThat(agent.flush(Duration.ofSeconds(10))).isTrue();
            assertThat(agent.droppedMessages()).isZero();
        }
    }

    @Test
    void hasNoMoreUnderwayThanTheServerTakes() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            for (int n = 0; n < 4; n++) {
                agent.publishTelemetry(object("{\"n\":" + n + "}"));
            }
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome(MqttProperties.of(MqttProperty.RECEIVE_MAXIMUM, 2));
            Publish first = device.expect(Publish.class);
            device.expect(Publish.class);
            // A ping comes next, not the third message.
            bench.time.awaitRestOf("breakwater-keep-alive");
            bench.time.advance(Connection.ANSWER_MAX);
            device.expect(PingReq.class);
            device.acknowledge(first);
            assertThat(device.expect(Publish.class).payloadBytes())
                    .isEqualTo("{\"n\":2}".getBytes(UTF_8));
        }
    }

    @Test
    void dropsWhatTheServerWillNeverTake() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome(MqttProperties.of(MqttProperty.MAXIMUM_PACKET_SIZE_BYTES, 1024L));
            agent.publishTelemetry(object("{\"a\":\"" + "x".repeat(2000) + "\"}"));
            agent.publishTelemetry(object("{\"a\":1}"));
            assertThat(device.expect(Publish.class).payloadLength()).isEqualTo(7);
            device.send(new PubAck(2, ReasonCode.PAYLOAD_FORMAT_INVALID, MqttProperties.EMPTY));
            assertThat(agent.flush(Duration.ofSeconds(10))).isTrue();
        }
    }

    /** A server whose disk is full for a moment must not cost the device its readings. */
    @Test
    void sendsAgainAfterAWhileWhatTheServerCannotTakeNow() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome(MqttProperties.EMPTY);
            agent.publishTelemetry(object("{\"a\":1}"));
            Publish refused = device.expect(Publish.class);
            device.send(
                    new PubAck(
                            refused.packetId(), ReasonCode.QUOTA_EXCEEDED, MqttProperties.EMPTY));
            bench.time.awaitRestOf("breakwater-sender");
            bench.time.advance(Connection.AGAIN_AFTER);

            Publish again = device.expect(Publish.class);
            assertThat(again.payloadBytes()).isEqualTo("{\"a\":1}".getBytes(UTF_8));
            device.acknowledge(again);
            assertThat(agent.flush(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void reportsStateAndEventsOnTheirTopics() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            agent.reportState(object("{\"light\":{\"on\":true}}"));
            agent.publishEvent("fed", object("{\"portions\":1}"));
            assertThat(device.expect(Publish.class).topic().text()).isEqualTo("me/state");
            assertThat(device.expect(Publish.class).topic().text()).isEqualTo("me/events/fed");
            assertThatThrownBy(() -> agent.publishEvent("../state", object("{}")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void handsOverDesiredStateAndNotices() throws Exception {
        LinkedBlockingQueue<DesiredState> desired = new LinkedBlockingQueue<>();
        try (DeviceAgent agent = bench.agent()) {
            agent.onDesiredState(desired::add);
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            DesiredState wanted = new DesiredState(3, object("{\"light\":{\"on\":true}}"));
            device.publish(1, Topics.DESIRED_STATE, "{\"version\":".getBytes(UTF_8));
            device.publish(2, Topics.DESIRED_STATE, wanted.toJson());
            assertThat(desired.poll(10, TimeUnit.SECONDS)).isEqualTo(wanted);
            Notice notice = new Notice("quota-near", "90 % used", bench.clock.instant());
            device.publish(3, Topics.NOTICES, notice.toJson());
            assertThat(bench.notices.poll(10, TimeUnit.SECONDS)).isEqualTo(notice);
        }
    }

    @Test
    void noticesAPeerThatFellSilent() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            bench.await(AgentState.Connected.class);
            bench.time.awaitRestOf("breakwater-keep-alive");
            bench.time.advance(Connection.ANSWER_MAX);
            device.expect(PingReq.class);
            assertThat(bench.time.awaitRestOf("breakwater-keep-alive"))
                    .isEqualTo(Duration.ofSeconds(45));
            bench.time.advance(Duration.ofSeconds(45));
            assertThatThrownBy(device::receive).isInstanceOf(Exception.class);
            bench.await(AgentState.Enrolled.class);
        }
    }

    @Test
    void staysWithAPeerThatAnswersItsPings() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            bench.await(AgentState.Connected.class);
            for (int ping = 0; ping < 5; ping++) {
                bench.time.advance(bench.time.awaitRestOf("breakwater-keep-alive"));
                device.expect(PingReq.class);
                device.send(new PingResp());
                // The answer to this command shows that the ping's answer has been read.
                assertThat(errorOf(device, command("dance").toJson())).contains("dance");
            }
            assertThat(bench.states).isEmpty();
        }
    }

    @Test
    void endsConnectionWithAPeerThatDoesNotSpeakMqtt() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            bench.await(AgentState.Connected.class);
            device.sendRaw("HTTP/1.1 200 OK\r\n".getBytes(UTF_8));
            assertThat(device.expect(Disconnect.class).reasonCode().isFailure()).isTrue();
            assertThatThrownBy(device::receive).isInstanceOf(EOFException.class);
            bench.await(AgentState.Enrolled.class);
        }
    }

    @Test
    void refusesHandlersAfterItsStart() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.onCommand("feed", arguments -> arguments);
            assertThatIllegalStateException()
                    .isThrownBy(() -> agent.onCommand("feed", arguments -> arguments));
            assertThatThrownBy(() -> agent.onCommand("Feed me", arguments -> arguments))
                    .isInstanceOf(IllegalArgumentException.class);
            agent.start();
            assertThatIllegalStateException()
                    .isThrownBy(() -> agent.onCommand("stop", arguments -> arguments));
            assertThatIllegalStateException().isThrownBy(agent::start);
        }
    }

    private String errorOf(MqttConversation device, byte[] payload) throws Exception {
        CommandId id = CommandId.fresh();
        device.publish(100, Topics.command(id), payload);
        device.expect(PubAck.class);
        Publish reply = device.expectOn(Topics.commandReply(id));
        return ((CommandReply.Failed) server.commandReply(reply.payloadBytes())).error();
    }

    private Command feed(String arguments) {
        return new Command(
                "feed", object(arguments), bench.clock.instant().plus(Duration.ofMinutes(5)));
    }

    private Command command(String name) {
        return new Command(name, object("{}"), bench.clock.instant().plus(Duration.ofMinutes(5)));
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
