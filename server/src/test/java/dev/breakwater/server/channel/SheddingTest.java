/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Load that is turned away before the handshake, and whom it does not keep out. */
class SheddingTest {

    /** The beginning of a TLS record that holds a ClientHello, and no more. */
    private static final byte[] HALF_A_HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

    private final List<Socket> crowd = new ArrayList<>();

    @AfterEach
    void disperse() throws IOException {
        for (Socket socket : crowd) {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11})
    void letsAnHonestDeviceInBesideHalfOpenHandshakes(int bytesSent) throws Exception {
        int share = 400;
        try (ChannelScene scene =
                new ChannelScene(Map.of(Limit.CHANNEL_HALF_OPEN_PER_SOURCE, share))) {
            gather(scene, share, bytesSent);

            assertShed(scene, Limit.CHANNEL_HALF_OPEN_PER_SOURCE);
            assertHonestDeviceConnects(scene, "127.0.0.2");
        }
    }

    /** The limits as they are by default. */
    @Tag("system")
    @Test
    void letsAnHonestDeviceInBesideFourThousandHalfOpenHandshakes() throws Exception {
        try (ChannelScene scene = new ChannelScene()) {
            gather(scene, Limit.CHANNEL_HALF_OPEN_PER_SOURCE.byDefault(), HALF_A_HELLO.length);

            assertHonestDeviceConnects(scene, "127.0.0.2");
        }
    }

    @Test
    void shedsConnectionsThatComeTooFastAndTellsThemFromFailures() throws Exception {
        try (ChannelScene scene =
                new ChannelScene(Map.of(Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE, 1))) {
            gather(scene, 20, 0);
            assertRefused(scene, Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE);
            assertThat(scene.meters.find("breakwater.channel.handshakes").counters())
                    .allMatch(failed -> failed.count() == 0);
            assertHonestDeviceConnects(scene, "127.0.0.2");
        }
    }

    @Test
    void makesACrowdWaitForItsTurnInsteadOfCuttingItOff() throws Exception {
        Map<Limit, Integer> slow = new HashMap<>();
        slow.put(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE, 1);
        slow.put(Limit.CHANNEL_TURN_SECONDS, 1);
        try (ChannelScene scene = new ChannelScene(slow)) {
            long began = System.nanoTime();
            RawDevice.connect(scene, scene.tank, MqttVersion.V5).close();
            RawDevice.connect(scene, scene.enroll("tank-2"), MqttVersion.V5).close();
            // The second had to wait for the rest of its second, and was served.
            assertThat(System.nanoTime() - began).isGreaterThan(900_000_000L);
            assertThat(scene.hasNoMoreRefusals()).isTrue();
        }
    }

    @Test
    void shedsAHandshakeWhoseTurnWouldComeTooLate() throws Exception {
        Map<Limit, Integer> slow = new HashMap<>();
        slow.put(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE, 1);
        slow.put(Limit.CHANNEL_TURN_SECONDS, 1);
        try (ChannelScene scene = new ChannelScene(slow)) {
            // One at once, one within the second; the rest would have to wait for longer.
            gather(scene, 20, HALF_A_HELLO.length);
            assertRefused(scene, Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE);
            assertHonestDeviceConnects(scene, "127.0.0.2");
        }
    }

    private void gather(ChannelScene scene, int count, int bytesSent) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), scene.port());
            crowd.add(socket);
            try {
                socket.getOutputStream().write(HALF_A_HELLO, 0, bytesSent);
            } catch (SocketException shedAlready) {
                assertThat(shedAlready).isNotNull();
            }
        }
    }

    private static void assertShed(ChannelScene scene, Limit limit) throws Exception {
        try (Socket oneMore = new Socket(InetAddress.getLoopbackAddress(), scene.port())) {
            oneMore.setSoTimeout(10_000);
            assertThat(ends(oneMore)).isTrue();
        }
        assertRefused(scene, limit);
    }

    private static void assertRefused(ChannelScene scene, Limit limit) throws Exception {
        AuditEvent refusal = scene.nextRefusal();
        assertThat(refusal.details())
                .containsEntry("reason", RefusalReason.CONNECTION_SHED.code())
                .containsEntry("limit", limit.key())
                .containsEntry("source", "127.0.0.1");
        assertThat(scene.counted(RefusalReason.CONNECTION_SHED)).isPositive();
        assertThat(
                        scene.meters
                                .get("breakwater.channel.shed")
                                .tag("limit", limit.key())
                                .counter()
                                .count())
                .isPositive();
    }

    /** By an end of stream or by a reset. */
    private static boolean ends(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static void assertHonestDeviceConnects(ChannelScene scene, String source)
            throws IOException {
        try (RawDevice honest =
                RawDevice.dialFrom(source, scene.port(), scene.tank.identity(), MqttVersion.V5)) {
            honest.send(new Connect(MqttVersion.V5, true, 60, ""));
            assertThat(honest.receive())
                    .isInstanceOfSatisfying(
                            ConnAck.class,
                            answer ->
                                    assertThat(answer.reasonCode()).isEqualTo(ReasonCode.SUCCESS));
        }
    }
}
