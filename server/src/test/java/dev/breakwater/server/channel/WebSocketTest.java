/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MQTT over WebSocket, byte by byte (RFC 6455; MQTT 5.0 section 6). */
class WebSocketTest {

    private static final String GOOD_HEAD =
            """
            GET /mqtt HTTP/1.1
            Host: localhost
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Protocol: mqtt

            """;

    private ChannelScene scene;
    private RawDevice tank;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene(Map.of(Limit.CHANNEL_PACKET_BYTES, 8_192));
        tank = RawDevice.dial(scene.port(), scene.tank.identity(), MqttVersion.V5);
    }

    @AfterEach
    void closeChannel() throws IOException {
        tank.close();
        scene.close();
    }

    @Test
    @Tag("mqtt5:6.0.0-4")
    @Tag("mqtt311:6.0.0-4")
    void answersTheOpeningHandshakeWithoutExtensions() throws Exception {
        sendHead(
                GOOD_HEAD.replace(
                        "Upgrade\n", "Upgrade\nSec-WebSocket-Extensions: permessage-deflate\n"));
        String answer = answerHead();
        assertThat(answer)
                .startsWith("HTTP/1.1 101 ")
                // The example of RFC 6455 section 1.3.
                .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                .containsIgnoringCase("sec-websocket-protocol: mqtt")
                .doesNotContainIgnoringCase("extensions");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /mqtt HTTP/1.1,            GET /other HTTP/1.1,                     404",
        "GET /mqtt HTTP/1.1,            GET /mqtt HTTP/1.0,                      505",
        "GET /mqtt HTTP/1.1,            GET /mqtt?x HTTP/1.1,                    404",
        "Upgrade: websocket,            Upgrade: h2c,                            426",
        "Sec-WebSocket-Version: 13,     Sec-WebSocket-Version: 8,                426",
        "Sec-WebSocket-Protocol: mqtt,  Sec-WebSocket-Protocol: wamp,            400",
        "dGhlIHNhbXBsZSBub25jZQ==,      c2hvcnQ=,                                400",
        "Host: localhost,               Origin: https://evil.example~Host: localhost, 403",
        "Host: localhost,               Host: localhost~Content-Length: 5,       400",
        "Host: localhost,               Host: localhost~Host: other,             400",
        "Host: localhost,               Host : localhost,                        400",
    })
    @Tag("mqtt5:6.0.0-3")
    @Tag("mqtt311:6.0.0-3")
    void refusesAnyOtherRequest(String good, String bad, String status) throws Exception {
        sendHead(GOOD_HEAD.replace(good, bad.replace('~', '\n')));
        String answer = new String(tank.untilClosed(), StandardCharsets.US_ASCII);
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.WEBSOCKET_REFUSED.code());
    }

    @Test
    void takesAnOriginOfItsOwn() throws Exception {
        sendHead(GOOD_HEAD.replace("Host:", "Origin: https://localhost\nHost:"));
        assertThat(answerHead()).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void refusesAHeadOverTheLimitOfEverythingBeforeConnect() throws Exception {
        sendHead(GOOD_HEAD.replace("Host:", "X-Long: " + "x".repeat(5_000) + "\nHost:"));
        tank.untilClosed();
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.WEBSOCKET_REFUSED.code());
    }

    @Test
    @Tag("mqtt5:6.0.0-2")
    @Tag("mqtt311:6.0.0-2")
    void takesPacketsThatSpanAndShareFrames() throws Exception {
        upgrade();
        byte[] connect = encoded(new Connect(MqttVersion.V5, true, 60, ""));
        // FIN=0 binary, FIN=0 continuation with a ping between, FIN=1 continuation.
        tank.sendBytes(frame(0x02, Arrays.copyOfRange(connect, 0, 3)));
        tank.sendBytes(frame(0x89, new byte[] {42}));
        tank.sendBytes(frame(0x00, Arrays.copyOfRange(connect, 3, 4)));
        tank.sendBytes(frame(0x80, Arrays.copyOfRange(connect, 4, connect.length)));
        assertThat(tank.receiveBytes(3)).isEqualTo(new byte[] {(byte) 0x8A, 1, 42});
        byte[] head = tank.receiveBytes(2);
        assertThat(head[0]).isEqualTo((byte) 0x82);
        assertThat(tank.receiveBytes(head[1])[0]).isEqualTo((byte) 0x20);
        byte[] ping = encoded(new PingReq());
        tank.sendBytes(frame(0x82, new byte[] {ping[0], ping[1], ping[0], ping[1]}));
        assertThat(tank.receiveBytes(8)).isEqualTo(HexFormat.of().parseHex("8202d0008202d000"));
    }

    @ParameterizedTest
    @CsvSource({
        // A text frame, masked, of one byte.
        "818100000000 41,         text frame,               03eb",
        // A binary frame without a mask.
        "820100,                  unmasked,                 03ea",
        // A compressed binary frame (RSV1) although no extension was agreed.
        "c28100000000 41,         compressed,               03ea",
        // A frame of 256 MiB.
        "82ff0000000010000000 00000000, too large,          03f1",
        // A frame of 2^63 bytes and more.
        "82ffffffffffffffffff 00000000, impossible length, 03ea",
        // A continuation of nothing.
        "808100000000 41,         continuation,             03ea",
        // An undefined opcode.
        "838100000000 41,         reserved opcode,          03ea",
    })
    @Tag("mqtt5:6.0.0-1")
    @Tag("mqtt311:6.0.0-1")
    void closesOnFramesThatMqttDoesNotUse(String bytes, String what, String closeCode)
            throws Exception {
        upgrade();
        tank.sendBytes(HexFormat.of().parseHex(bytes.replace(" ", "")));
        String answer = HexFormat.of().formatHex(tank.untilClosed());
        assertThat(answer).as(what).startsWith("88").contains(closeCode);
        assertThat(scene.nextRefusal().details())
                .as(what)
                .containsEntry("reason", RefusalReason.WEBSOCKET_REFUSED.code());
    }

    /** Tiny frames are counted by what they cost, not by what they carry. */
    @Test
    void refusesAFloodOfEmptyFramesBeforeConnect() throws Exception {
        upgrade();
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < 1_000; i++) {
            flood.write(frame(0x82, new byte[0]));
        }
        tank.sendBytes(flood.toByteArray());
        tank.untilClosed();
        assertThat(scene.nextRefusal().details())
                .containsEntry("reason", RefusalReason.PACKET_TOO_LARGE.code());
    }

    @Test
    void answersTheCloseOfADevice() throws Exception {
        upgrade();
        tank.sendBytes(frame(0x88, new byte[] {3, (byte) 0xE8}));
        byte[] answer = tank.untilClosed();
        assertThat(answer).startsWith((byte) 0x88);
        // 1000, normal closure
        assertThat(Arrays.copyOfRange(answer, 2, 4)).containsExactly(3, 0xE8);
        assertThat(scene.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void refusesAStrangerInsideTheWebSocketWithTheSameAnswer() throws Exception {
        tank.close();
        tank = RawDevice.dial(scene.port(), scene.forged().selfSigned(), MqttVersion.V5);
        upgrade();
        tank.sendBytes(frame(0x82, encoded(new Connect(MqttVersion.V5, true, 60, ""))));
        byte[] head = tank.receiveBytes(2);
        byte[] connAck = tank.receiveBytes(head[1]);
        assertThat(connAck[0]).isEqualTo((byte) 0x20);
        assertThat(connAck[3]).isEqualTo((byte) 0x87);
        assertThat(tank.untilClosed()).startsWith((byte) 0x88);
    }

    private void upgrade() throws IOException {
        sendHead(GOOD_HEAD);
        assertThat(answerHead()).startsWith("HTTP/1.1 101 ");
    }

    private void sendHead(String head) throws IOException {
        tank.sendBytes(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private String answerHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) tank.receiveBytes(1)[0]);
        }
        return head.toString();
    }

    /** A frame as a client sends it, masked; at most 125 bytes. */
    private static byte[] frame(int firstByte, byte[] payload) {
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) firstByte;
        frame[1] = (byte) (0x80 | payload.length);
        byte[] mask = {1, 2, 3, 4};
        System.arraycopy(mask, 0, frame, 2, 4);
        for (int i = 0; i < payload.length; i++) {
            frame[6 + i] = (byte) (payload[i] ^ mask[i % 4]);
        }
        return frame;
    }

    private static byte[] encoded(dev.breakwater.protocol.mqtt.MqttPacket packet) {
        MqttEncoder encoder = new MqttEncoder(MqttVersion.V5);
        byte[] bytes = new byte[encoder.encodedLength(packet)];
        encoder.encode(packet, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
