/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** MQTT in the binary frames of a WebSocket (RFC 6455), seen from the client. */
final class WebSocketBytes implements MqttBytes {

    private static final String REQUEST =
            """
            GET /mqtt HTTP/1.1
            Host: localhost
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Protocol: mqtt

            """
                    .replace("\n", "\r\n");

    private static final int HEAD_BYTES_MAX = 4_096;
    private static final int WHOLE_BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int OPCODE = 0x0F;
    private static final int CLOSE = 0x8;
    private static final int LENGTH_IN_ONE_BYTE_MAX = 125;
    private static final int LENGTH_IN_TWO_BYTES = 126;

    private final DataInputStream in;
    private final OutputStream out;

    private WebSocketBytes(DataInputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Through the opening handshake, which must succeed. */
    static WebSocketBytes open(InputStream stream, OutputStream out) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        out.write(REQUEST.getBytes(US_ASCII));
        out.flush();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < HEAD_BYTES_MAX) {
            head.append((char) in.readUnsignedByte());
        }
        if (head.indexOf("HTTP/1.1 101 ") != 0) {
            throw new IOException("no WebSocket was opened: " + head);
        }
        return new WebSocketBytes(in, out);
    }

    /** In one frame, with a mask of zeroes, which changes nothing. */
    @Override
    public void write(byte[] packet) throws IOException {
        if (packet.length > LENGTH_IN_ONE_BYTE_MAX) {
            throw new IOException("a device of this drill sends short packets only");
        }
        ByteBuffer frame = ByteBuffer.allocate(6 + packet.length);
        frame.put((byte) WHOLE_BINARY).put((byte) (MASKED | packet.length)).putInt(0).put(packet);
        out.write(frame.array());
        out.flush();
    }

    @Override
    public byte[] read() throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                return new byte[0];
            }
            int length = in.readUnsignedByte();
            if (length == LENGTH_IN_TWO_BYTES) {
                length = in.readUnsignedShort();
            } else if (length > LENGTH_IN_TWO_BYTES) {
                throw new IOException("a server's frame is neither masked nor this long");
            }
            byte[] content = in.readNBytes(length);
            if (content.length < length) {
                throw new EOFException("the stream ended within a frame");
            }
            // Behind a close frame comes the end of the stream.
            if ((first & OPCODE) != CLOSE && length > 0) {
                return content;
            }
        }
    }
}
