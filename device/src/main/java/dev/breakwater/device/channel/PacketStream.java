/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.channel;

import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PacketType;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** MQTT 5 packets over a transport. One thread receives; any thread sends or closes. */
public final class PacketStream implements Closeable {

    /** The longest packet that is received, header included; the server is told in CONNECT. */
    public static final int PACKET_BYTES_MAX = MqttLimits.DEFAULT.packetBytesMax();

    /** How long a sender waits for another one that is stuck in a full network. */
    private static final long SEND_WAIT_SECONDS = 20;

    private final Transport transport;
    private final MqttDecoder decoder = MqttDecoder.forClient(MqttVersion.V5, MqttLimits.DEFAULT);
    private final MqttEncoder encoder = new MqttEncoder(MqttVersion.V5);
    private final ByteBuffer in = ByteBuffer.allocate(PACKET_BYTES_MAX).limit(0);
    private final ReentrantLock sending = new ReentrantLock();

    /** Packets over a transport that stands. */
    public PacketStream(Transport transport) {
        this.transport = transport;
    }

    /**
     * Sends a packet.
     *
     * @throws IOException if the connection is gone, or so stuck that it is as good as gone; {@link
     *     #receive} may still tell why
     */
    public void send(MqttPacket packet) throws IOException {
        ByteBuffer bytes = encoder.encode(packet);
        boolean mine = false;
        try {
            mine = sending.tryLock(SEND_WAIT_SECONDS, TimeUnit.SECONDS);
            if (!mine) {
                throw new IOException(
                        "the network took nothing for " + SEND_WAIT_SECONDS + " seconds");
            }
            transport.write(bytes);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending", interrupted);
        } finally {
            if (mine) {
                sending.unlock();
            }
        }
    }

    /**
     * Waits for a packet. The payload of a PUBLISH is good until the next call.
     *
     * @throws EOFException if the server ended the connection without a farewell
     * @throws IOException if the connection is gone, or the server sent what is not MQTT
     */
    public MqttPacket receive() throws IOException {
        try {
            while (true) {
                @Nullable MqttPacket packet = decoder.decode(in);
                if (packet != null) {
                    return packet;
                }
                fill();
            }
        } catch (MalformedPacket malformed) {
            if (malformed.reasonCode().isAllowedIn(PacketType.DISCONNECT)) {
                send(new Disconnect(malformed.reasonCode()));
            }
            close();
            throw new IOException(
                    "the server sent what is not MQTT: " + malformed.getMessage(), malformed);
        }
    }

    private void fill() throws IOException {
        in.compact();
        try {
            if (transport.read(in) < 0) {
                throw new EOFException("the server ended the connection");
            }
        } finally {
            in.flip();
        }
    }

    /** Ends the connection without a farewell. */
    @Override
    public void close() {
        transport.close();
    }
}
