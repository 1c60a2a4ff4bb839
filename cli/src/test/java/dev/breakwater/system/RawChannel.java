/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A device at the level of packets: it chooses its packet identifiers and when to say DUP. */
final class RawChannel implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;
    private static final int CHUNK_BYTES = 4_096;

    private final SSLSocket socket;
    private final MqttEncoder encoder;
    private final MqttDecoder decoder;
    private ByteBuffer unread = ByteBuffer.allocate(0);

    private RawChannel(SSLSocket socket, MqttVersion version) {
        this.socket = socket;
        this.encoder = new MqttEncoder(version);
        this.decoder = MqttDecoder.forClient(version, MqttLimits.DEFAULT);
    }

    /** Connects, which must succeed. */
    static RawChannel connect(ServerPlace place, EnrolledDevice device, int keepAliveSeconds)
            throws GeneralSecurityException, IOException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(
                device.keyManagers().getKeyManagers(),
                device.trustManagers().getTrustManagers(),
                null);
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(), place.ports().channel());
        socket.setSoTimeout(PATIENCE_MILLIS);
        RawChannel channel = new RawChannel(socket, MqttVersion.V5);
        channel.send(new Connect(MqttVersion.V5, true, keepAliveSeconds, ""));
        if (!(channel.receive() instanceof ConnAck answer) || answer.reasonCode().isFailure()) {
            throw new AssertionError("the device was refused");
        }
        return channel;
    }

    /** Sends a reading at QoS 1. */
    void publish(int packetId, String json, boolean again) throws IOException {
        send(
                new Publish(
                        again,
                        QualityOfService.AT_LEAST_ONCE,
                        false,
                        TopicName.of("me/telemetry"),
                        packetId,
                        MqttProperties.EMPTY,
                        ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8))));
    }

    void send(MqttPacket packet) throws IOException {
        byte[] bytes = new byte[encoder.encodedLength(packet)];
        encoder.encode(packet, ByteBuffer.wrap(bytes));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next packet of the server. */
    MqttPacket receive() throws IOException {
        try {
            byte[] chunk = new byte[CHUNK_BYTES];
            while (true) {
                MqttPacket packet = decoder.decode(unread);
                if (packet != null) {
                    return packet;
                }
                int count = socket.getInputStream().read(chunk);
                if (count < 0) {
                    throw new AssertionError("the server closed the connection");
                }
                ByteBuffer joined = ByteBuffer.allocate(unread.remaining() + count);
                joined.put(unread).put(chunk, 0, count).flip();
                unread = joined;
            }
        } catch (MalformedPacket malformed) {
            throw new AssertionError("the server sent what is no MQTT", malformed);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
