/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Sends what no honest client sends, bounded in count, size and time. */
final class HostileClient implements AutoCloseable {

    private static final int RANDOM_CONNECTIONS = 12;
    private static final int HALF_HANDSHAKES = 30;
    private static final int RANDOM_BYTES_MAX = 8_192;
    private static final int HEADER_BYTES = 1 << 20;
    private static final int ANSWER_BYTES_MAX = 1 << 16;
    private static final int ANSWER_MILLIS_MAX = 100;
    private static final int MQTT_CONNECT = 0x10;

    /** What the port speaks once TLS, if any, is over. */
    enum Language {
        MQTT,
        HTTP
    }

    private final SSLContext tls;
    private final Random random;
    private final List<Socket> open = new ArrayList<>();

    /** A thief who holds this device's key: TLS succeeds, and what comes after it is hostile. */
    HostileClient(EnrolledDevice device, Random random)
            throws GeneralSecurityException, IOException {
        this.tls = SSLContext.getInstance("TLS");
        tls.init(
                device.keyManagers().getKeyManagers(),
                device.trustManagers().getTrustManagers(),
                null);
        this.random = random;
    }

    /** A port with TLS: nonsense in place of TLS, half of a handshake, and nonsense inside. */
    void attackTls(int port, Language language) throws IOException {
        for (int i = 0; i < RANDOM_CONNECTIONS; i++) {
            send(plain(port), randomBytes());
        }
        send(plain(port), oversizedRecord());
        for (int i = 0; i < HALF_HANDSHAKES; i++) {
            leaveHalfway(port);
        }
        for (byte[] bytes : nonsense(language)) {
            send(secure(port), bytes);
        }
    }

    /** A port without TLS. */
    void attackPlain(int port, Language language) throws IOException {
        send(plain(port), clientHello(port));
        for (byte[] bytes : nonsense(language)) {
            send(plain(port), bytes);
        }
    }

    int heldOpen() {
        return open.size();
    }

    private List<byte[]> nonsense(Language language) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < RANDOM_CONNECTIONS; i++) {
            all.add(randomBytes());
        }
        switch (language) {
            case MQTT -> {
                all.add(bytes(MQTT_CONNECT, 0xFF, 0xFF, 0xFF, 0x7F));
                all.add(bytes(MQTT_CONNECT, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF));
                all.add(bytes(MQTT_CONNECT, 0x20, 0, 4, 'M', 'Q', 'T', 'T', 5));
                all.add(bytes(0x30, 0xFF, 0xFF, 0xFF, 0x7F));
                all.add(bytes(0xF0, 0));
                all.add(head("GET /mqtt HTTP/1.1", "Host: a", "X: " + "x".repeat(HEADER_BYTES)));
            }
            case HTTP -> {
                all.add(head("GET / HTTP/9.9"));
                all.add(head("GET /" + "a".repeat(HEADER_BYTES) + " HTTP/1.1"));
                all.add(head("GET / HTTP/1.1", "X: " + "x".repeat(HEADER_BYTES)));
                all.add(
                        head(
                                "POST /api/v1/setup HTTP/1.1",
                                "Host: localhost",
                                "Content-Length: 9223372036854775807"));
                all.add(
                        head(
                                "POST /.well-known/est/simpleenroll HTTP/1.1",
                                "Host: localhost",
                                "Transfer-Encoding: chunked",
                                "",
                                "FFFFFFFFFFFF"));
                all.add(head("PRI * HTTP/2.0", "", "SM"));
            }
        }
        return all;
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[1 + random.nextInt(RANDOM_BYTES_MAX)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Says that 65,535 bytes of handshake follow, and lets few of them follow. */
    private static byte[] oversizedRecord() {
        return bytes(22, 3, 1, 0xFF, 0xFF, 1, 0, 0xFF, 0xFA, 3, 3);
    }

    private void leaveHalfway(int port) throws IOException {
        byte[] hello = clientHello(port);
        Socket socket = plain(port);
        socket.getOutputStream().write(Arrays.copyOf(hello, 1 + random.nextInt(hello.length)));
        socket.getOutputStream().flush();
        open.add(socket);
    }

    /** The first flight of a real handshake. */
    private byte[] clientHello(int port) throws IOException {
        SSLEngine engine = tls.createSSLEngine("localhost", port);
        engine.setUseClientMode(true);
        ByteBuffer flight = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), flight);
        return Arrays.copyOf(flight.array(), flight.position());
    }

    private static Socket plain(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private Socket secure(int port) throws IOException {
        return tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    }

    /** Sends all of it, or as much as the server takes, and reads a little of the answer. */
    private void send(Socket socket, byte[] bytes) throws IOException {
        try (socket) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            if (random.nextBoolean()) {
                InputStream answer = socket.getInputStream();
                answer.readNBytes(ANSWER_BYTES_MAX);
            }
        } catch (IOException cutOff) {
            // As it should be: the connection is what it costs.
            socket.close();
        }
    }

    /** Lines and an empty one. */
    private static byte[] head(String... lines) {
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }
}
