/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** HTTP/2 by the frame (RFC 9113), for a client that does what no client library would. */
final class Http2Frames implements AutoCloseable {

    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int PING = 0x6;
    static final int GOAWAY = 0x7;
    static final int WINDOW_UPDATE = 0x8;
    static final int CONTINUATION = 0x9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;

    private static final int CANCEL = 0x8;

    private final SSLSocket socket;
    private final OutputStream out;
    private final DataInputStream in;

    /** Sends the preface and empty settings (section 3.4). */
    Http2Frames(SSLSocket socket) throws IOException {
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new AssertionError("the server does not speak HTTP/2");
        }
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        send(SETTINGS, 0, 0);
    }

    /** A frame's head: what it is and whose. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload) {}

    void send(int type, int flags, int stream, byte... payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        out.write(frame.array());
        out.flush();
    }

    /** GET of a path; the stream is left half closed, as by any client. */
    void get(int stream, String path) throws IOException {
        send(HEADERS, END_STREAM | END_HEADERS, stream, head("GET", path));
    }

    /** A head of literal fields that nobody indexes (RFC 7541 section 6.2.2). */
    static byte[] head(String method, String path) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        field(block, ":method", method);
        field(block, ":scheme", "https");
        field(block, ":authority", "127.0.0.1");
        field(block, ":path", path);
        return block.toByteArray();
    }

    private static void field(ByteArrayOutputStream block, String name, String value)
            throws IOException {
        block.write(0x00);
        block.write(name.length());
        block.write(name.getBytes(US_ASCII));
        block.write(value.length());
        block.write(value.getBytes(US_ASCII));
    }

    void reset(int stream) throws IOException {
        send(RST_STREAM, 0, stream, number(CANCEL));
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** The next frame; acknowledges settings and pings on the way as a client must. */
    Frame read() throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & Integer.MAX_VALUE;
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && (flags & ACK) == 0) {
                send(SETTINGS, ACK, 0);
            } else if (type != SETTINGS && type != WINDOW_UPDATE) {
                return new Frame(type, flags, stream, payload);
            }
        }
    }

    /** Reads until the server ends the connection; how it does that does not matter. */
    void readToTheEnd() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException | SSLException closed) {
            // As it should be; a timeout would be another exception.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
