/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.OptionalInt;
import javax.net.ssl.SSLSocket;

/** One connection for frames of HTTP/2 that no library would send. */
public final class Http2Line implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SSLSocket socket;
    private volatile OptionalInt lastStream = OptionalInt.empty();
    private volatile boolean ended;

    private Http2Line(SSLSocket socket) throws IOException {
        this.socket = socket;
        InputStream in = socket.getInputStream();
        Thread.ofVirtual().start(() -> read(new DataInputStream(in)));
    }

    /**
     * A new connection, its preface sent.
     *
     * @throws IOException if the server does not agree upon HTTP/2
     */
    public static Http2Line open(TlsLine tls, InetAddress source, int port) throws IOException {
        SSLSocket socket = tls.open(source, port, PATIENCE, "h2");
        if (!"h2".equals(socket.getApplicationProtocol())) {
            socket.close();
            throw new IOException("the server does not offer HTTP/2");
        }
        Http2Line line = new Http2Line(socket);
        line.send(Http2Frames.preface());
        return line;
    }

    private void read(DataInputStream in) {
        try (in) {
            while (!ended) {
                int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.skipNBytes(5);
                if (type == Http2Frames.GOAWAY) {
                    lastStream = OptionalInt.of(in.readInt());
                    ended = true;
                    return;
                }
                in.skipNBytes(length);
            }
        } catch (IOException closed) {
            ended = true;
        }
    }

    /** Sends frames. When the server has closed, that is all that happens. */
    public void send(byte[] frames) {
        try {
            socket.getOutputStream().write(frames);
        } catch (IOException closed) {
            ended = true;
        }
    }

    /**
     * The last stream that the server has taken, as it said with its farewell (RFC 9113 section
     * 6.8): what was underway behind it then is not its doing.
     */
    public OptionalInt lastStream() {
        return lastStream;
    }

    /** Whether the server has said farewell or closed. */
    public boolean isEnded() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        socket.close();
    }
}
