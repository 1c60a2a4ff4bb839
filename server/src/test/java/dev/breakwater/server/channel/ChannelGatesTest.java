/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.RetryAfter;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What costs a connection before a session, and that it costs nothing else. */
class ChannelGatesTest {

    @Test
    void closesAHandshakeThatIsNotDoneInTime() throws Exception {
        try (ChannelScene scene = new ChannelScene(Map.of(Limit.CHANNEL_HANDSHAKE_SECONDS, 1));
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), scene.port())) {
            silent.setSoTimeout(10_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.TLS_HANDSHAKE_FAILED.code())
                    .containsEntry("source", "127.0.0.1");
        }
    }

    @Test
    void closesAConnectionThatSaysNoConnectInTime() throws Exception {
        try (ChannelScene scene = new ChannelScene(Map.of(Limit.CHANNEL_CONNECT_SECONDS, 1));
                RawDevice tank = dial(scene)) {
            // The beginning of a good CONNECT, and then nothing.
            tank.sendBytes(HexFormat.of().parseHex("10100004"));
            assertThat(tank.untilClosed()).isEmpty();
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.CONNECT_TOO_LATE.code());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // A PINGREQ; the first byte is no CONNECT.
        "c000,                 CONNECT_NOT_FIRST",
        // A PUBLISH with a remaining length of 256 MiB.
        "30ffffff7f,           CONNECT_NOT_FIRST",
        // A CONNECT that announces 256 MiB (CVE-2023-0809 and its kin).
        "10ffffff7f,           PACKET_TOO_LARGE",
        // A remaining length of five bytes.
        "10ffffffffff,         PACKET_MALFORMED",
        // A CONNECT whose protocol name is cut off.
        "10020004,             PACKET_MALFORMED",
        // TLS inside TLS.
        "16030100,             CONNECT_NOT_FIRST",
    })
    void refusesBytesThatAreNoConnect(String bytes, RefusalReason reason) throws Exception {
        try (ChannelScene scene = new ChannelScene();
                RawDevice tank = dial(scene)) {
            tank.sendBytes(HexFormat.of().parseHex(bytes));
            assertThat(tank.untilClosed()).isEmpty();
            assertThat(scene.nextRefusal().details()).containsEntry("reason", reason.code());
            assertStillServing(scene);
        }
    }

    /** MQTT 3.1 gets the answer it can read [MQTT-3.1.2-2]. */
    @Test
    void tellsAnOldVersionThatItIsNotSupported() throws Exception {
        try (ChannelScene scene = new ChannelScene();
                RawDevice tank = dial(scene)) {
            // CONNECT, 14 bytes: name "MQIsdp", level 3, clean session, keep-alive 60, client id
            // "a"
            tank.sendBytes(HexFormat.of().parseHex("100f00064d51497364700302003c000161"));
            assertThat(tank.untilClosed()).isEqualTo(new byte[] {0x20, 2, 0, 1});
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.PROTOCOL_VERSION_UNSUPPORTED.code());
        }
    }

    @Test
    void randomBytesCostTheConnectionAndNothingElse() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int closedWhileWriting = 0;
        try (ChannelScene scene = new ChannelScene()) {
            for (int i = 0; i < 40; i++) {
                byte[] bytes = new byte[1 + random.nextInt(6_000)];
                random.nextBytes(bytes);
                // Half of them look like MQTT or HTTP at first.
                bytes[0] = i % 4 == 0 ? 0x10 : i % 4 == 1 ? (byte) 'G' : bytes[0];
                try (RawDevice tank = dial(scene)) {
                    tank.sendBytes(bytes);
                    tank.send(new PingReq());
                } catch (IOException closed) {
                    // The server may be quicker than the writing test.
                    closedWhileWriting++;
                }
            }
            assertThat(scene.sessions.count())
                    .as("seed %d, %d closed while writing", seed, closedWhileWriting)
                    .isZero();
            assertStillServing(scene);
        }
    }

    /** Before TLS: whatever comes there is no ClientHello. */
    @Test
    void randomBytesInsteadOfAHandshakeCostTheConnectionAndNothingElse() throws Exception {
        try (ChannelScene scene = new ChannelScene();
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), scene.port())) {
            plain.setSoTimeout(10_000);
            plain.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            plain.getInputStream().readAllBytes();
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.TLS_HANDSHAKE_FAILED.code());
            assertStillServing(scene);
        }
    }

    @Test
    void takesNoMoreConnectionsThanItsLimit() throws Exception {
        try (ChannelScene scene = new ChannelScene(Map.of(Limit.CHANNEL_CONNECTIONS, 1));
                RawDevice first = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            ChannelScene.Enrolled other = scene.enroll("tank-2");
            assertThatThrownBy(() -> RawDevice.connect(scene, other, MqttVersion.V5))
                    .isInstanceOf(IOException.class);
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.CONNECTION_SHED.code())
                    .containsEntry("limit", Limit.CHANNEL_CONNECTIONS.key());
            first.send(new PingReq());
            assertThat(first.receive()).isEqualTo(new PingResp());
        }
    }

    /** MQTT 5.0 section 3.1.4 lets a client send on without waiting for CONNACK. */
    @Test
    void takesWhatFollowsConnectInTheSameRecord() throws Exception {
        try (ChannelScene scene = new ChannelScene();
                RawDevice tank = dial(scene)) {
            tank.send(
                    new Connect(MqttVersion.V5, true, 60, ""),
                    RawDevice.telemetry(1, "x".repeat(6_000)),
                    RawDevice.telemetry(2, "y"));
            assertThat(tank.receive()).isInstanceOf(ConnAck.class);
            assertThat(tank.receive()).isEqualTo(new PubAck(1));
            assertThat(tank.receive()).isEqualTo(new PubAck(2));
        }
    }

    @Test
    void closesASessionThatMissesItsKeepAlive() throws Exception {
        try (ChannelScene scene = new ChannelScene();
                RawDevice tank = dial(scene)) {
            tank.send(new Connect(MqttVersion.V5, true, 1, ""));
            assertThat(tank.receive()).isInstanceOf(ConnAck.class);
            assertThat(tank.receive()).isEqualTo(new Disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT));
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.KEEPALIVE_MISSED.code());
        }
    }

    /** A slow disk would otherwise throw out the whole fleet for not being listened to. */
    @Test
    void doesNotCallADeviceSilentThatItDoesNotListenTo() throws Exception {
        try (ChannelScene scene = new ChannelScene(Map.of(Limit.CHANNEL_INFLIGHT, 1));
                RawDevice tank =
                        RawDevice.dial(scene.port(), scene.tank.identity(), MqttVersion.V3_1_1)) {
            tank.send(new Connect(MqttVersion.V3_1_1, true, 1, ""));
            assertThat(tank.receive()).isInstanceOf(ConnAck.class);
            scene.topics.hold();
            tank.send(
                    RawDevice.telemetry(1, "waits for the disk"),
                    RawDevice.telemetry(2, "exceeds the window"),
                    new PingReq());
            HeldTopics.Held first = scene.topics.next();
            HeldTopics.Held second = scene.topics.next();

            // Twice the time after which it would count as gone.
            CompletableFuture<Void> stored =
                    CompletableFuture.runAsync(
                            first::durable, CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS));

            assertThat(tank.receive()).isEqualTo(new PubAck(1));
            assertThat(tank.receive()).isEqualTo(new PingResp());
            second.durable();
            assertThat(tank.receive()).isEqualTo(new PubAck(2));
            assertThat(stored).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAPacketOverTheLimit(MqttVersion version) throws Exception {
        try (ChannelScene scene = new ChannelScene(Map.of(Limit.CHANNEL_PACKET_BYTES, 2_048));
                RawDevice tank = RawDevice.connect(scene, scene.tank, version)) {
            tank.publish(1, "x".repeat(3_000));
            byte[] word = tank.untilClosed();
            if (version == MqttVersion.V5) {
                // DISCONNECT, 0x95 packet too large
                assertThat(Arrays.copyOf(word, 3)).containsExactly(0xE0, 1, 0x95);
            }
            assertThat(scene.nextRefusal().details())
                    .containsEntry("reason", RefusalReason.PACKET_TOO_LARGE.code());
        }
    }

    @Test
    void tellsDevicesThatTheServerStops() throws Exception {
        ChannelScene scene = new ChannelScene();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V5)) {
            scene.close();
            assertThat(tank.receive())
                    .isInstanceOfSatisfying(
                            Disconnect.class,
                            farewell -> {
                                assertThat(farewell.reasonCode())
                                        .isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
                                assertThat(RetryAfter.in(farewell.properties()))
                                        .hasValueSatisfying(
                                                wait ->
                                                        assertThat(wait)
                                                                .isBetween(
                                                                        Duration.ofSeconds(1),
                                                                        Duration.ofSeconds(30)));
                            });
        }
    }

    private static RawDevice dial(ChannelScene scene) throws IOException {
        return RawDevice.dial(scene.port(), scene.tank.identity(), MqttVersion.V5);
    }

    private static void assertStillServing(ChannelScene scene) throws IOException {
        ChannelScene.Enrolled witness = scene.enroll("witness");
        try (RawDevice other = RawDevice.connect(scene, witness, MqttVersion.V5)) {
            other.send(new PingReq());
            assertThat(other.receive()).isEqualTo(new PingResp());
        }
    }
}
