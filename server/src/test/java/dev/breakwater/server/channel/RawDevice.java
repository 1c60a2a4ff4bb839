/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.http.OneIdentity;
import dev.breakwater.testkit.pki.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A device at the level of bytes, over the JDK's TLS: it can say what no client would. */
final class RawDevice implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final SSLSocket socket;
    private final MqttEncoder encoder;
    private final MqttDecoder decoder;
    private ByteBuffer unread = ByteBuffer.allocate(0);

    RawDevice(SSLSocket socket, MqttVersion version) {
        this.socket = socket;
        this.encoder = new MqttEncoder(version);
        this.decoder = MqttDecoder.forClient(version, MqttLimits.DEFAULT);
    }

    /** Through the TLS handshake. */
    static RawDevice dial(int port, TestIdentity identity, MqttVersion version) throws IOException {
        return new RawDevice(socket(port, context(identity)), version);
    }

    static SSLSocket socket(int port, SSLContext context) throws IOException {
        SSLSocket socket = unshaken(port, context);
        socket.startHandshake();
        return socket;
    }

    /** Before the TLS handshake, which the test may still shape. */
    static SSLSocket unshaken(int port, SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** The same from another address of the loopback network. */
    static RawDevice dialFrom(String source, int port, TestIdentity identity, MqttVersion version)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context(identity)
                                .getSocketFactory()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(),
                                        port,
                                        InetAddress.ofLiteral(source),
                                        0);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
        return new RawDevice(socket, version);
    }

    /** Through CONNACK, which must be a success. */
    static RawDevice connect(ChannelScene scene, ChannelScene.Enrolled device, MqttVersion version)
            throws IOException {
        RawDevice raw = dial(scene.port(), device.identity(), version);
        raw.send(new Connect(version, true, 60, ""));
        if (!(raw.receive() instanceof ConnAck accepted) || accepted.reasonCode().isFailure()) {
            throw new AssertionError("the device was refused");
        }
        return raw;
    }

    /** The same by way of a WebSocket; afterwards only bytes can be sent and received. */
    static RawDevice connectByWebSocket(ChannelScene scene, ChannelScene.Enrolled device)
            throws IOException {
        RawDevice raw = dial(scene.port(), device.identity(), MqttVersion.V5);
        String head =
                """
                GET /mqtt HTTP/1.1
                Host: localhost
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Protocol: mqtt

                """;
        raw.sendBytes(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) raw.receiveBytes(1)[0]);
        }
        Connect connect = new Connect(MqttVersion.V5, true, 60, "");
        int length = raw.encoder.encodedLength(connect);
        // A binary frame whose mask is zero, which changes nothing.
        ByteBuffer frame = ByteBuffer.allocate(6 + length);
        frame.put((byte) 0x82).put((byte) (0x80 | length)).putInt(0);
        raw.encoder.encode(connect, frame);
        raw.sendBytes(frame.array());
        byte[] frameHead = raw.receiveBytes(2);
        byte[] connAck = raw.receiveBytes(frameHead[1]);
        if (connAck[3] != 0) {
            throw new AssertionError("the device was refused");
        }
        return raw;
    }

    static SSLContext context(TestIdentity identity) {
        return context(new KeyManager[] {new OneIdentity(identity)});
    }

    /** Without a client certificate. */
    static SSLContext anonymous() {
        return context(new KeyManager[0]);
    }

    private static SSLContext context(KeyManager[] keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new TrustingTest()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    void send(MqttPacket... packets) throws IOException {
        int length = 0;
        for (MqttPacket packet : packets) {
            length += encoder.encodedLength(packet);
        }
        byte[] all = new byte[length];
        ByteBuffer out = ByteBuffer.wrap(all);
        for (MqttPacket packet : packets) {
            encoder.encode(packet, out);
        }
        sendBytes(all);
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void publish(int packetId, String text) throws IOException {
        send(telemetry(packetId, text));
    }

    static Publish telemetry(int packetId, String text) {
        return Publish.atLeastOnce(
                packetId, TopicName.of("me/telemetry"), text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next packet of the server. */
    MqttPacket receive() throws IOException {
        try {
            byte[] chunk = new byte[4_096];
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

    /** Exactly so many bytes, whatever they mean. */
    byte[] receiveBytes(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new AssertionError("the server closed the connection");
        }
        return bytes;
    }

    /** All bytes until the server closes the connection, by a close or by a reset. */
    byte[] untilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[4_096];
        InputStream in = socket.getInputStream();
        try {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                all.write(chunk, 0, count);
            }
        } catch (java.net.SocketTimeoutException open) {
            throw new AssertionError("the server left the connection open", open);
        } catch (IOException reset) {
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    /**
     * Asks for new keys: a KeyUpdate of TLS 1.3 (RFC 8446 section 4.6.3), a renegotiation of TLS
     * 1.2.
     */
    void askForNewKeys() throws IOException {
        socket.startHandshake();
    }

    /** How long the tests wait for an answer. */
    void setPatience(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    }

    String cipherSuite() {
        return socket.getSession().getCipherSuite();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Whom the server is signed by is not what these tests are about. */
    private static final class TrustingTest implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
