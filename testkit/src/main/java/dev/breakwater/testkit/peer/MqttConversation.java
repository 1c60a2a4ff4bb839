/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.peer;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.SubAck;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.TopicName;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Collections;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One client of a {@link ScriptedMqttPeer}, MQTT 5, in the hands of one test thread. */
public final class MqttConversation {

    private final SSLSocket socket;
    private final ByteFrames frames;
    private final MqttDecoder decoder = MqttDecoder.forServer(MqttLimits.DEFAULT);
    private final MqttEncoder encoder = new MqttEncoder(MqttVersion.V5);
    private ByteBuffer unread = ByteBuffer.allocate(0);

    MqttConversation(SSLSocket socket, ByteFrames frames) {
        this.socket = socket;
        this.frames = frames;
    }

    /** What the client proved itself with. */
    public X509Certificate clientCertificate() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /**
     * Waits for a packet, at most {@link ScriptedMqttPeer#WAIT_MAX}. The payload of a PUBLISH is
     * good for as long as the test wants it.
     *
     * @throws EOFException if the client ended the connection
     */
    public MqttPacket receive() throws IOException {
        try {
            while (true) {
                @Nullable MqttPacket packet = decoder.decode(unread);
                if (packet != null) {
                    return packet;
                }
                byte[] more = frames.read();
                if (more.length == 0) {
                    throw new EOFException("the client ended the connection");
                }
                // A buffer of its own each time, so that payloads outlive it.
                unread =
                        ByteBuffer.allocate(unread.remaining() + more.length)
                                .put(unread)
                                .put(more)
                                .flip();
            }
        } catch (MalformedPacket malformed) {
            throw new AssertionError("the client sent what is not MQTT", malformed);
        }
    }

    /** Waits for a packet and fails if it is of another type. */
    public <P extends MqttPacket> P expect(Class<P> type) throws IOException {
        MqttPacket packet = receive();
        if (!type.isInstance(packet)) {
            throw new AssertionError("expected " + type.getSimpleName() + " and got " + packet);
        }
        return type.cast(packet);
    }

    /** Waits for a PUBLISH on a topic, acknowledging and passing over all others. */
    public Publish expectOn(String topic) throws IOException {
        while (true) {
            Publish publish = expect(Publish.class);
            acknowledge(publish);
            if (publish.topic().text().equals(topic)) {
                return publish;
            }
        }
    }

    /** Waits for the client's farewell, passing over everything else. */
    public Disconnect expectFarewell() throws IOException {
        while (true) {
            if (receive() instanceof Disconnect farewell) {
                return farewell;
            }
        }
    }

    /**
     * From now on answers pings and passes over everything else, on a thread of its own, until the
     * connection ends. The test must not receive any more.
     */
    public void answerPings() {
        Thread.ofVirtual()
                .name("scripted-mqtt-pings")
                .start(
                        () -> {
                            try {
                                while (true) {
                                    if (receive() instanceof PingReq) {
                                        send(new PingResp());
                                    }
                                }
                            } catch (IOException ended) {
                                // The client has gone, as it may.
                            }
                        });
    }

    /** Sends a packet. */
    public void send(MqttPacket packet) throws IOException {
        ByteBuffer bytes = encoder.encode(packet);
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        frames.write(content);
    }

    /** Sends bytes as they are, MQTT or not. */
    public void sendRaw(byte[] bytes) throws IOException {
        frames.write(bytes);
    }

    /** Sends a QoS 1 message. */
    public void publish(int packetId, String topic, byte[] payload) throws IOException {
        send(Publish.atLeastOnce(packetId, TopicName.of(topic), payload));
    }

    /** Acknowledges a QoS 1 message. */
    public void acknowledge(Publish publish) throws IOException {
        send(new PubAck(publish.packetId()));
    }

    /** Takes CONNECT and SUBSCRIBE, grants everything, and returns the CONNECT. */
    public Connect welcome() throws IOException {
        return welcome(MqttProperties.EMPTY);
    }

    /** Like {@link #welcome()}, with properties in CONNACK. */
    public Connect welcome(MqttProperties properties) throws IOException {
        Connect connect = expect(Connect.class);
        send(new ConnAck(false, ReasonCode.SUCCESS, properties));
        Subscribe subscribe = expect(Subscribe.class);
        send(
                new SubAck(
                        subscribe.packetId(),
                        Collections.nCopies(
                                subscribe.subscriptions().size(), ReasonCode.GRANTED_QOS_1)));
        return connect;
    }

    /** Takes CONNECT and answers with a refusal. */
    public void refuseConnect(ReasonCode reason) throws IOException {
        expect(Connect.class);
        send(new ConnAck(false, reason, MqttProperties.EMPTY));
    }

    /** Cuts the connection with a reset, as a power cut or a NAT box would. */
    public void cut() {
        cut(socket);
    }

    static void cut(SSLSocket socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        } catch (IOException alreadyGone) {
            // There is nothing left to cut.
        }
    }
}
