/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.ReasonCode;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection of one device, from the handshake to the end of its TCP stream. */
final class DeviceConnection implements AutoCloseable {

    private static final String HOST = "localhost";
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int KEEP_ALIVE_SECONDS = 1_200;

    private final Socket tcp;
    private final MqttBytes bytes;
    private final MqttEncoder encoder = new MqttEncoder(MqttVersion.V5);
    private final MqttDecoder decoder = MqttDecoder.forClient(MqttVersion.V5, MqttLimits.DEFAULT);
    private ByteBuffer unread = ByteBuffer.allocate(0);

    private DeviceConnection(Socket tcp, MqttBytes bytes) {
        this.tcp = tcp;
        this.bytes = bytes;
    }

    /**
     * How a connection ended.
     *
     * @param farewell the reason in the server's DISCONNECT, if it sent one
     * @param atNanos when the device saw the end of the stream, by {@link System#nanoTime}
     */
    record End(Optional<ReasonCode> farewell, long atNanos) {}

    /** Through the TLS handshake and, for WSS, that of the WebSocket. */
    static DeviceConnection open(SSLContext context, int port, Way way) throws IOException {
        Socket tcp = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            tcp.setSoTimeout(PATIENCE_MILLIS);
            tcp.setTcpNoDelay(true);
            // TLS is to leave the TCP socket open at its end, so that the end of that can be seen
            // too. Host and port are what the client's session cache knows the server by.
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(tcp, HOST, port, false);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setProtocols(new String[] {way.tlsVersion()});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return new DeviceConnection(
                    tcp,
                    switch (way.transport()) {
                        case MQTT -> MqttBytes.plain(tls.getInputStream(), tls.getOutputStream());
                        case WSS ->
                                WebSocketBytes.open(tls.getInputStream(), tls.getOutputStream());
                    });
        } catch (IOException | RuntimeException failed) {
            tcp.close();
            throw failed;
        }
    }

    /** Sends CONNECT and returns what the server thinks of it. */
    ReasonCode connect() throws IOException {
        Connect connect = new Connect(MqttVersion.V5, true, KEEP_ALIVE_SECONDS, "");
        ByteBuffer packet = ByteBuffer.allocate(encoder.encodedLength(connect));
        encoder.encode(connect, packet);
        bytes.write(packet.array());
        MqttPacket answer = receive();
        if (answer instanceof ConnAck connAck) {
            return connAck.reasonCode();
        }
        throw new EOFException("the server answered CONNECT with " + answer);
    }

    /**
     * Waits for the server to end the connection, however long that takes: for its last words, the
     * end of TLS and the end of TCP behind it.
     */
    End awaitEnd() throws IOException {
        tcp.setSoTimeout(0);
        Optional<ReasonCode> farewell = Optional.empty();
        try {
            for (MqttPacket packet = receive(); packet != null; packet = receive()) {
                if (packet instanceof Disconnect disconnect) {
                    farewell = Optional.of(disconnect.reasonCode());
                }
            }
            if (tcp.getInputStream().read() >= 0) {
                throw new IOException("the server went on after the end of TLS");
            }
        } catch (SocketException reset) {
            // Also an end, if not a polite one; whether the farewell came before it is seen above.
            return new End(farewell, System.nanoTime());
        }
        return new End(farewell, System.nanoTime());
    }

    /** The next packet; null at the end of the stream. */
    private @Nullable MqttPacket receive() throws IOException {
        try {
            while (true) {
                MqttPacket packet = decoder.decode(unread);
                if (packet != null) {
                    return packet;
                }
                byte[] more = bytes.read();
                if (more.length == 0) {
                    return null;
                }
                unread =
                        ByteBuffer.allocate(unread.remaining() + more.length)
                                .put(unread)
                                .put(more)
                                .flip();
            }
        } catch (MalformedPacket malformed) {
            throw new IOException("the server sent what is not MQTT", malformed);
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
    }
}
